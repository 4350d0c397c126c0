import { z } from 'zod';
import { type AuditHead, verifyAudit } from '#cloud/audit/audit-log.ts';
import { type Command, commandGroup, UsageError } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { parseJson } from '../run-kind.ts';
import { readText } from '../score-history.ts';
import { PLACE_HELP } from './cloud-place.ts';
import { CLOUD_OPTIONS, withCloud } from './open-cloud.ts';
import { writeReport } from './report.ts';

const auditVerify: Command = {
  name: 'verify',
  summary: 'follow every chain of the audit log from its start',
  help: `Follows every chain of the audit log from its start and names the first entry that is not
as it was written.

  tessera cloud audit verify --json > heads.json
  tessera cloud audit verify --kept heads.json

  --kept FILE          an earlier --json report: what was cut off since then shows too
${PLACE_HELP}
  --json               {"entries", "heads": [{"shard", "sequence", "hash"}],
                       "broken": [{"shard", "sequence", "why"}]}
  --help               this text

Exit code 1 when a chain is broken.
`,
  async run(args, console) {
    const { values } = readOptions(args, { ...CLOUD_OPTIONS, kept: { type: 'string' } });
    const kept = values.kept === undefined ? [] : parseHeads(readText(values.kept));
    const report = await withCloud(values, ({ db }) => verifyAudit(db, kept));
    const { entries, heads, broken } = report;
    const lines = broken.map(
      ({ shard, sequence, why }) => `  ${shard}: entry ${sequence}: ${WHY[why]}\n`,
    );
    const verdict = broken.length === 0 ? 'all as written' : `${broken.length} broken`;
    const text = `${entries} entries in ${heads.length} chains, ${verdict}.\n${lines.join('')}`;
    writeReport(report, text, values.json, console);
    return broken.length === 0 ? 0 : 1;
  },
};

const WHY = {
  missing: 'it is missing',
  'hash-mismatch': 'it was changed',
  'link-mismatch': 'it does not follow from the one before it',
  'head-mismatch': 'it is another than that which was kept',
} as const;

const HEADS = z.object({
  heads: z.array(
    z.object({
      shard: z.string(),
      sequence: z.string().regex(/^\d{1,18}$/),
      hash: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

function parseHeads(text: string): readonly AuditHead[] {
  const otherwise = '--kept takes a report of tessera cloud audit verify --json.';
  const parsed = HEADS.safeParse(parseJson(text, otherwise));
  if (!parsed.success) throw new UsageError(otherwise);
  return parsed.data.heads.map((head) => ({ ...head, sequence: BigInt(head.sequence) }));
}

/** `tessera cloud audit …` */
export const audit: Command = commandGroup(
  'audit',
  'the log of who did what',
  'tessera cloud audit verify',
  [auditVerify],
);
