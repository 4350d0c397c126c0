import { sql } from 'kysely';
import type { Queries, UnitOfWork } from '../store/database.ts';

/** One line of an entry. */
export interface Posting {
  readonly accountId: string;
  readonly side: 'debit' | 'credit';
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** One booking: it is all there or not at all, and it balances. */
export interface LedgerEntry {
  /** Whose shard it is in: a terminal, or `ISSUER_SHARD`. */
  readonly terminalId: string;
  /** Unique within the terminal: the same thing cannot be booked twice. */
  readonly entryId: string;
  readonly postings: readonly Posting[];
}

/** What `verifyLedger` found. All lists are empty in a sound ledger. */
export interface LedgerReport {
  readonly entries: number;
  /** Per currency, what all debits and all credits come to; the two are equal in a sound ledger. */
  readonly totals: readonly {
    readonly currency: string;
    readonly debitMinor: bigint;
    readonly creditMinor: bigint;
  }[];
  /** `terminal/entry` of each entry whose debits and credits differ. */
  readonly unbalanced: readonly string[];
  /** Card accounts that owe: more was spent than was there. */
  readonly overdrawn: readonly string[];
}

/** Where entries are kept that no terminal caused. */
export const ISSUER_SHARD = 'issuer';

/** What the issuer owes the holder of a card. */
export function cardAccount(cardToken: string): string {
  return `card:${cardToken}`;
}

/** What is owed to a merchant. */
export function merchantAccount(merchantId: string): string {
  return `merchant:${merchantId}`;
}

/** The two postings that move an amount out of one account and into another. */
export function transfer(
  from: string,
  to: string,
  amountMinor: bigint,
  currency: string,
): readonly Posting[] {
  return [
    { accountId: from, side: 'debit', currency, amountMinor },
    { accountId: to, side: 'credit', currency, amountMinor },
  ];
}

/**
 * Books an entry. Throws when it does not balance or an amount is not above zero, and what the
 * database says when it was booked before.
 */
export async function book(db: UnitOfWork, entry: LedgerEntry): Promise<void> {
  assertBalanced(entry.postings);
  const key = { terminal_id: entry.terminalId, entry_id: entry.entryId };
  await db.insertInto('ledger_entries').values(key).execute();
  const rows = entry.postings.map((posting, line) => ({
    ...key,
    line,
    account_id: posting.accountId,
    side: posting.side,
    currency: posting.currency,
    amount_minor: posting.amountMinor,
  }));
  await db.insertInto('ledger_postings').values(rows).execute();
}

/** Credits less debits of an account, in minor units of this currency. */
export async function balanceMinor(
  db: Queries,
  accountId: string,
  currency: string,
): Promise<bigint> {
  const { balance } = await db
    .selectFrom('ledger_postings')
    .select(
      sql<bigint>`cast(coalesce(sum(
      case side when 'credit' then amount_minor else -amount_minor end), 0) as bigint)`.as(
        'balance',
      ),
    )
    .where('account_id', '=', accountId)
    .where('currency', '=', currency)
    .executeTakeFirstOrThrow();
  return balance;
}

/** Adds the whole ledger up and says where it is not sound. It takes no lock. */
export async function verifyLedger(db: Queries): Promise<LedgerReport> {
  const sumOf = (side: Posting['side']) =>
    sql<bigint>`cast(sum(case when side = ${side} then amount_minor else 0 end) as bigint)`;
  const [debit, credit] = [sumOf('debit'), sumOf('credit')];
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (snapshot) => {
      const { entries } = await snapshot
        .selectFrom('ledger_entries')
        .select(({ fn }) => fn.countAll<bigint>().as('entries'))
        .executeTakeFirstOrThrow();
      const totals = await snapshot
        .selectFrom('ledger_postings')
        .select(['currency', debit.as('debitMinor'), credit.as('creditMinor')])
        .groupBy('currency')
        .orderBy('currency')
        .execute();
      const unbalanced = await snapshot
        .selectFrom('ledger_entries as entry')
        .leftJoin('ledger_postings as posting', (join) =>
          join
            .onRef('posting.terminal_id', '=', 'entry.terminal_id')
            .onRef('posting.entry_id', '=', 'entry.entry_id'),
        )
        .select(['entry.terminal_id', 'entry.entry_id'])
        .groupBy(['entry.terminal_id', 'entry.entry_id', 'posting.currency'])
        .having(sql<boolean>`count(posting.line) = 0 or ${debit} <> ${credit}`)
        .execute();
      const overdrawn = await snapshot
        .selectFrom('ledger_postings')
        .select('account_id')
        .where('account_id', 'like', 'card:%')
        .groupBy(['account_id', 'currency'])
        .having(sql<boolean>`${debit} > ${credit}`)
        .execute();
      return {
        entries: Number(entries),
        totals,
        unbalanced: unbalanced.map((row) => `${row.terminal_id}/${row.entry_id}`),
        overdrawn: overdrawn.map((row) => row.account_id),
      };
    });
}

function assertBalanced(postings: readonly Posting[]): void {
  if (postings.length < 2) throw new RangeError('an entry has at least two postings');
  const sums = new Map<string, bigint>();
  for (const { currency, side, amountMinor } of postings) {
    if (amountMinor <= 0n) throw new RangeError('a posting is above zero');
    const signed = side === 'debit' ? amountMinor : -amountMinor;
    sums.set(currency, (sums.get(currency) ?? 0n) + signed);
  }
  for (const sum of sums.values()) {
    if (sum !== 0n) throw new RangeError('an entry must balance');
  }
}
