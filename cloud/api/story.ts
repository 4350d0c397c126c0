import { z } from 'zod';
import type { TransactionKey } from '../acquirer/transactions.ts';
import type { Queries } from '../store/database.ts';
import { AMOUNT, AT } from './shapes.ts';
import { explainReasons } from './story-reasons.ts';
import { describeTransaction, TRANSACTION } from './transaction-shapes.ts';

const JSON_OBJECT = z.record(z.string(), z.unknown());

const DECISION = z.object({
  decidedAt: AT,
  /** What it was made from, by the names of docs/SCORING.md. */
  features: JSON_OBJECT,
  /** Score, tier, reasons, what was required. */
  result: JSON_OBJECT,
  /** What each reason means; of a rule that is no longer stored, nothing. */
  meanings: z.record(z.string(), z.string()),
  /** Names of the features that the reasons look at. */
  mattered: z.array(z.string()),
  rulesDigest: z.string(),
  modelDigest: z.string().nullable(),
  challengerResult: JSON_OBJECT.nullable(),
  /** It turned out to be fraud. */
  isFraud: z.boolean(),
});

const BOOKING = z.object({
  entryId: z.string(),
  debitAccount: z.string(),
  creditAccount: z.string(),
  currency: z.string(),
  amountMinor: AMOUNT,
  bookedAt: AT,
});

const AUDIT_ENTRY = z.object({
  sequence: z.string(),
  act: z.string(),
  at: z.string(),
  details: JSON_OBJECT,
  /** SHA-256, hex. */
  hash: z.string(),
});

const DISPUTE = z.object({
  disputeId: z.string(),
  reasonCode: z.string(),
  state: z.string(),
  openedAt: AT,
  ruledAt: AT.nullable(),
});

/** All that is stored of one payment. */
export const STORY = z.object({
  transaction: TRANSACTION,
  messages: z.array(TRANSACTION),
  decision: DECISION.nullable(),
  bookings: z.array(BOOKING),
  audit: z.array(AUDIT_ENTRY),
  disputes: z.array(DISPUTE),
});

/**
 * Reads the story of a payment, from one snapshot; `undefined` when there is none, or it is another
 * merchant's. The audit log and the ledger of its terminal are searched for it.
 */
export function tellStory(
  db: Queries,
  key: TransactionKey,
  merchantId: string | null,
): Promise<z.infer<typeof STORY> | undefined> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (snapshot) => {
      const row = await snapshot
        .selectFrom('transactions')
        .selectAll()
        .where('terminal_id', '=', key.terminalId)
        .where('stan', '=', key.stan)
        .where('transmitted_at', '=', key.transmittedAt)
        .executeTakeFirst();
      if (!row || (merchantId !== null && row.merchant_id !== merchantId)) return undefined;
      const messages = await snapshot
        .selectFrom('transactions')
        .selectAll()
        .where('terminal_id', '=', key.terminalId)
        .where('original_stan', '=', key.stan)
        .where('original_transmitted_at', '=', key.transmittedAt)
        .orderBy('received_at')
        .execute();
      const names = [row, ...messages].map(({ stan, transmitted_at }) => ({
        stan,
        transmitted_at,
      }));
      return {
        transaction: describeTransaction(row),
        messages: messages.map(describeTransaction),
        decision: await readDecision(snapshot, key),
        bookings: await readBookings(snapshot, key.terminalId, names),
        audit: await readAudit(snapshot, key.terminalId, names),
        disputes: await readDisputes(snapshot, key),
      };
    });
}

async function readDecision(db: Queries, key: TransactionKey) {
  const row = await db
    .selectFrom('decisions')
    .leftJoin('fraud_labels as labels', (join) =>
      join
        .onRef('labels.terminal_id', '=', 'decisions.terminal_id')
        .onRef('labels.stan', '=', 'decisions.stan')
        .onRef('labels.transmitted_at', '=', 'decisions.transmitted_at'),
    )
    .leftJoin('scoring_files', 'scoring_files.digest', 'decisions.rules_digest')
    .selectAll('decisions')
    .select(['labels.known_at', 'scoring_files.content as rules'])
    .where('decisions.terminal_id', '=', key.terminalId)
    .where('decisions.stan', '=', key.stan)
    .where('decisions.transmitted_at', '=', key.transmittedAt)
    .executeTakeFirst();
  if (!row) return null;
  const { challenger_result: challenger } = row;
  const { meanings, mattered } = explainReasons(JSON.parse(row.result).reasons ?? [], row.rules);
  return {
    decidedAt: row.decided_at.toISOString(),
    features: JSON.parse(row.features),
    result: JSON.parse(row.result),
    meanings: { ...meanings },
    mattered: [...mattered],
    rulesDigest: row.rules_digest,
    modelDigest: row.model_digest,
    challengerResult: challenger === null ? null : JSON.parse(challenger),
    isFraud: row.known_at !== null,
  };
}

/** DE 11 and DE 7 of a payment or of a message about it. */
interface Name {
  readonly stan: string;
  readonly transmitted_at: string;
}

async function readBookings(db: Queries, terminalId: string, names: readonly Name[]) {
  const rows = await db
    .selectFrom('ledger_transfers')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .where((where) =>
      where.or(
        names.map(({ stan, transmitted_at }) =>
          where('entry_id', 'like', `%-${stan}-${transmitted_at}%`),
        ),
      ),
    )
    .orderBy('booked_at')
    .orderBy('entry_id')
    .orderBy('line')
    .execute();
  return rows.map((row) => ({
    entryId: row.entry_id,
    debitAccount: shortAccount(row.debit_account),
    creditAccount: shortAccount(row.credit_account),
    currency: row.currency,
    amountMinor: `${row.amount_minor}`,
    bookedAt: row.booked_at.toISOString(),
  }));
}

/** A card's token is nobody's business but the host's; its beginning tells one from another. */
function shortAccount(account: string): string {
  return account.replace(/^((?:card|held):\w{8})\w+$/, '$1…');
}

async function readAudit(db: Queries, terminalId: string, names: readonly Name[]) {
  const rows = await db
    .selectFrom('audit_log')
    .select(['sequence', 'entry', 'hash'])
    .where('shard', '=', terminalId)
    .where((where) =>
      where.or(
        names.map(({ stan, transmitted_at }) =>
          where('entry', 'like', `%"stan":"${stan}","transmittedAt":"${transmitted_at}"%`),
        ),
      ),
    )
    .orderBy('sequence')
    .execute();
  return rows.map(({ sequence, entry, hash }) => {
    const { act, at, ...details } = JSON.parse(entry);
    return { sequence: `${sequence}`, act, at, details, hash: Buffer.from(hash).toString('hex') };
  });
}

async function readDisputes(db: Queries, key: TransactionKey) {
  const rows = await db
    .selectFrom('disputes')
    .selectAll()
    .where('terminal_id', '=', key.terminalId)
    .where('stan', '=', key.stan)
    .where('transmitted_at', '=', key.transmittedAt)
    .orderBy('opened_at')
    .execute();
  return rows.map((row) => ({
    disputeId: row.dispute_id,
    reasonCode: row.reason_code,
    state: row.state,
    openedAt: row.opened_at.toISOString(),
    ruledAt: row.ruled_at?.toISOString() ?? null,
  }));
}
