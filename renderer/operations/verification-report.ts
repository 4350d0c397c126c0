import type { AuditReport, LedgerReport } from './cloud-client.ts';
import type { OperationsFormat } from './format.ts';
import { say } from './story-words.ts';
import { words } from './words.ts';

const said = words.verification;

/** What a verification came to: a headline, and more of it. */
export interface Told {
  readonly isSound: boolean;
  readonly headline: string;
  readonly lines: readonly string[];
}

/** Tells of the audit log. */
export function tellAudit(report: AuditReport, format: OperationsFormat): Told {
  const { isSound, entries, heads, broken } = report;
  return {
    isSound,
    headline: isSound
      ? said.auditSound(format.count(entries), format.count(heads.length))
      : said.auditBroken(format.count(broken.length)),
    lines: broken.map(({ shard, sequence, why }) =>
      said.broken(shard, sequence, say(said.why, why)),
    ),
  };
}

/** Tells of the ledger. */
export function tellLedger(report: LedgerReport, format: OperationsFormat): Told {
  const { isSound, entries, totals, misstatedCards, overdrawnCards } = report;
  return {
    isSound,
    headline: isSound
      ? said.ledgerSound(format.count(entries))
      : said.ledgerBroken(format.count(misstatedCards), format.count(overdrawnCards)),
    lines: totals.map(({ currency, movedMinor }) => said.moved(format.money(movedMinor, currency))),
  };
}
