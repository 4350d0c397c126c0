import { sql } from 'kysely';
import type { Queries, UnitOfWork } from '../store/database.ts';

/**
 * What a booking moves: the same amount out of one account and into another. So debits equal
 * credits whatever is booked, and no check of it is needed.
 */
export interface Transfer {
  readonly debitAccount: string;
  readonly creditAccount: string;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** One booking: its transfers are all there or none is. */
export interface LedgerEntry {
  /** Whose shard it is in: a terminal, or `ISSUER_SHARD`. */
  readonly terminalId: string;
  /** Unique within the terminal: the same thing cannot be booked twice. */
  readonly entryId: string;
  readonly transfers: readonly Transfer[];
}

/** What `verifyLedger` found. The lists are empty in a sound ledger. */
export interface LedgerReport {
  readonly entries: number;
  /** Per currency, what was moved. */
  readonly totals: readonly { readonly currency: string; readonly movedMinor: bigint }[];
  /**
   * Accounts whose balance is kept elsewhere as well (cards, payouts, open disputes) and is not
   * what their transfers come to.
   */
  readonly misstated: readonly string[];
  /** Card accounts that owe: more was spent than was there. */
  readonly overdrawn: readonly string[];
}

/** Where entries are kept that no terminal caused. */
export const ISSUER_SHARD = 'issuer';

/** What the issuer owes the holder of a card. */
export function cardAccount(cardToken: string): string {
  return `card:${cardToken}`;
}

/** What is held of a card's money for preauthorised payments. */
export function heldAccount(cardToken: string): string {
  return `held:${cardToken}`;
}

/** What was set aside of a merchant's money for disputes that are open. */
export function reserveAccount(merchantId: string): string {
  return `reserve:${merchantId}`;
}

/** What merchants paid for their payments. */
export const FEES = 'acquirer:fees';

/** What is on its way to merchants, until the bank's file has it. */
export const BANK_CLEARING = 'bank:clearing';

/** What the bank paid out. */
export const BANK_ACCOUNT = 'bank:account';

/** What is owed to a merchant. */
export function merchantAccount(merchantId: string): string {
  return `merchant:${merchantId}`;
}

/**
 * Books an entry. Throws when an amount is not above zero or a transfer leads nowhere, and what the
 * database says when it was booked before. Balances that are kept elsewhere (`cards.balance_minor`)
 * are the caller's to move in the same transaction.
 */
export async function book(db: UnitOfWork, entry: LedgerEntry): Promise<void> {
  if (entry.transfers.length === 0) throw new RangeError('an entry has a transfer');
  const rows = entry.transfers.map((transfer, line) => {
    if (transfer.amountMinor <= 0n) throw new RangeError('a transfer is above zero');
    if (transfer.debitAccount === transfer.creditAccount) {
      throw new RangeError('a transfer has two accounts');
    }
    return {
      terminal_id: entry.terminalId,
      entry_id: entry.entryId,
      line,
      debit_account: transfer.debitAccount,
      credit_account: transfer.creditAccount,
      currency: transfer.currency,
      amount_minor: transfer.amountMinor,
    };
  });
  await db.insertInto('ledger_transfers').values(rows).execute();
}

/** Credits less debits of an account, in minor units of this currency. */
export async function balanceMinor(
  db: Queries,
  accountId: string,
  currency: string,
): Promise<bigint> {
  const { balance } = await db
    .selectFrom('ledger_transfers')
    .select(
      sql<bigint>`cast(coalesce(sum(case credit_account when ${accountId}
        then amount_minor else -amount_minor end), 0) as bigint)`.as('balance'),
    )
    .where((where) =>
      where.or([where('credit_account', '=', accountId), where('debit_account', '=', accountId)]),
    )
    .where('currency', '=', currency)
    .executeTakeFirstOrThrow();
  return balance;
}

/** Adds the whole ledger up and says where it is not sound. It takes no lock. */
export async function verifyLedger(db: Queries): Promise<LedgerReport> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (snapshot) => {
      // It takes as long as the ledger is, and nobody waits at a terminal for it.
      await sql`set local statement_timeout = 0`.execute(snapshot);
      await sql`set local work_mem = '128MB'`.execute(snapshot);
      const { rows } = await sql<{ entries: bigint }>`select count(*) as entries
        from (select distinct terminal_id, entry_id from ledger_transfers) each`.execute(snapshot);
      const entries = rows[0]?.entries ?? 0n;
      const totals = await snapshot
        .selectFrom('ledger_transfers')
        .select(['currency', sql<bigint>`cast(sum(amount_minor) as bigint)`.as('movedMinor')])
        .groupBy('currency')
        .orderBy('currency')
        .execute();
      const cards = await sql<{ account: string; kept: bigint; derived: bigint }>`
        select 'card:' || card_token as account, balance_minor as kept,
          cast(coalesce(sum(moved), 0) as bigint) as derived
        from cards left join (
          select credit_account as account, currency, amount_minor as moved from ledger_transfers
          union all
          select debit_account, currency, -amount_minor from ledger_transfers
        ) moves on account = 'card:' || card_token and moves.currency = cards.currency
        group by card_token, balance_minor
        having coalesce(sum(moved), 0) <> balance_minor or coalesce(sum(moved), 0) < 0
        order by 1`.execute(snapshot);
      const misstated = cards.rows.filter((r) => r.kept !== r.derived).map((r) => r.account);
      return {
        entries: Number(entries),
        totals,
        misstated: [...misstated, ...(await findMisstatedSettlement(snapshot))],
        overdrawn: cards.rows.filter((r) => r.derived < 0n).map((r) => r.account),
      };
    });
}

/** Accounts of settlement that are not what payouts and open disputes come to, by currency. */
async function findMisstatedSettlement(snapshot: Queries): Promise<readonly string[]> {
  const { rows } = await sql<{ account: string }>`
    with kept as (
      select ${BANK_CLEARING} as account, currency, amount_minor as minor from payouts
        where matched_at is null
      union all select ${BANK_ACCOUNT}, currency, amount_minor from payouts
        where matched_at is not null
      union all select ${FEES}, currency, fee_minor from payouts
      union all select ${reserveAccount('')} || merchant_id, currency,
          captured_minor - refunded_minor - charged_back_minor
        from disputes join transactions using (terminal_id, stan, transmitted_at)
        where disputes.state = 'open'
    ), moved as (
      select credit_account as account, currency, amount_minor as minor from ledger_transfers
      union all select debit_account, currency, -amount_minor from ledger_transfers
    )
    select distinct account from (
      select account, currency, minor from kept
      union all select account, currency, -minor from moved
      where account in (${BANK_CLEARING}, ${BANK_ACCOUNT}, ${FEES})
        or account like ${`${reserveAccount('')}%`}
    ) sides
    group by account, currency having sum(minor) <> 0 order by account`.execute(snapshot);
  return rows.map(({ account }) => account);
}
