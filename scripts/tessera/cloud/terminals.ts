import path from 'node:path';
import { z } from 'zod';
import { enrolAnother } from '#cloud/acquirer/enrolment.ts';
import { listTerminals, revokeTerminal } from '#cloud/acquirer/terminal-registry.ts';
import { readPrivateJson, writePrivateJson } from '#cloud/store/private-file.ts';
import { openSecrets } from '#cloud/store/secrets.ts';
import { type Command, commandGroup, UsageError } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { parseCount } from '../score-input.ts';
import { PLACE_HELP } from './cloud-place.ts';
import { ACT_HELP, ACT_OPTIONS, CLOUD_OPTIONS, withCloud } from './open-cloud.ts';
import { refuseAct, tableText, writeReport } from './report.ts';

const terminalsList: Command = {
  name: 'list',
  summary: 'all terminals that were ever enrolled',
  help: `Lists all terminals that were ever enrolled.

  tessera cloud terminals list

${PLACE_HELP}
  --json               {"terminals": [{"terminalId", "merchantId", "enrolledAt", "revokedAt"}]}
  --help               this text
`,
  async run(args, console) {
    const { values } = readOptions(args, CLOUD_OPTIONS);
    const terminals = await withCloud(values, ({ db }) => listTerminals(db));
    const rows = terminals.map(({ terminalId, merchantId, enrolledAt, revokedAt }) => [
      ...[terminalId, merchantId, `enrolled ${enrolledAt.toISOString()}`],
      revokedAt === null ? '' : `revoked ${revokedAt.toISOString()}`,
    ]);
    writeReport({ terminals }, tableText(rows), values.json, console);
    return 0;
  },
};

const terminalsEnrol: Command = {
  name: 'enrol',
  summary: 'give a terminal its certificate and keys',
  help: `Enrols a terminal, or gives one that is enrolled a new certificate and new keys, and writes
all it needs to a file that only you can read: bring it to the terminal, and keep no copy.

  tessera cloud terminals enrol --terminal 10000002 --merchant TESSERA00000001
    --name 'Corner Shop' --address '12 Mosaic Lane' --out terminal.json

  --terminal ID        DE 41, eight characters
  --merchant ID        DE 42, fifteen characters
  --name TEXT          what its receipts say
  --address TEXT       the same
  --port N             where the host listens (default: where it listened last)
  --out FILE           where it is written
${ACT_HELP}
  --json               {"terminalId", "merchantId", "out"}
  --help               this text

It needs the data directory of the cloud, also where --database-url names another database. Exit
code 1 when the terminal was revoked.
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...ACT_OPTIONS,
      terminal: { type: 'string' },
      merchant: { type: 'string' },
      name: { type: 'string' },
      address: { type: 'string', default: '' },
      port: { type: 'string' },
      out: { type: 'string' },
    });
    const { terminal: terminalId = '', merchant: merchantId = '', out, json } = values;
    if (!/^[A-Za-z0-9]{8}$/.test(terminalId)) throw new UsageError('Give --terminal, DE 41.');
    if (!/^[A-Za-z0-9]{15}$/.test(merchantId)) throw new UsageError('Give --merchant, DE 42.');
    if (!values.name || out === undefined) throw new UsageError('Give --name and --out FILE.');
    const name = { terminalId, merchantId, merchantName: values.name };
    const place = { ...name, merchantAddress: values.address };
    const isEnrolled = await withCloud(values, async ({ db, dataDir }) => {
      const known = (await listTerminals(db)).find((each) => each.terminalId === terminalId);
      if (known?.revokedAt) return false;
      const port = await portOf(values.port, dataDir);
      const { keyProtectionKey } = await openSecrets(dataDir);
      const file = await enrolAnother({ dataDir, port, db }, place, keyProtectionKey, new Date());
      await writePrivateJson(out, file);
      return true;
    });
    if (!isEnrolled)
      return refuseAct('revoked', 'Refused: the terminal was revoked.', json, console);
    writeReport({ terminalId, merchantId, out }, `Enrolled; ${out} is for it.\n`, json, console);
    return 0;
  },
};

/** The port that was given, or that of the enrolment which the cloud publishes. */
async function portOf(given: string | undefined, dataDir: string): Promise<number> {
  if (given !== undefined) return parseCount(given, '--port', 65_535);
  const file = path.join(dataDir, 'enrolment', 'terminal.json');
  const published = await readPrivateJson(file, z.object({ port: z.int() }));
  if (!published) throw new UsageError(`There is no cloud in ${dataDir}; give --data-dir.`);
  return published.port;
}

const terminalsRevoke: Command = {
  name: 'revoke',
  summary: 'let a terminal in no more',
  help: `Revokes a terminal: within a second nothing of it is answered any more, and for good.

  tessera cloud terminals revoke --terminal 10000002

  --terminal ID        DE 41
${ACT_HELP}
  --json               {"terminalId"}
  --help               this text

Exit code 1 when there is no such terminal, or it was revoked already.
`,
  async run(args, console) {
    const { values } = readOptions(args, { ...ACT_OPTIONS, terminal: { type: 'string' } });
    const { terminal: terminalId, json } = values;
    if (terminalId === undefined) throw new UsageError('Give --terminal.');
    const isRevoked = await withCloud(values, ({ db }) =>
      revokeTerminal(db, terminalId, new Date()),
    );
    const refusal = 'There is no such terminal, or it was revoked already.';
    if (!isRevoked) return refuseAct('not-enrolled', refusal, json, console);
    writeReport({ terminalId }, `Terminal ${terminalId} is revoked.\n`, json, console);
    return 0;
  },
};

/** `tessera cloud terminals …` */
export const terminals: Command = commandGroup(
  'terminals',
  'who may connect',
  'tessera cloud terminals list',
  [terminalsList, terminalsEnrol, terminalsRevoke],
);
