import { sql } from 'kysely';
import type { Queries } from '../store/database.ts';

/** What an account, or all of a kind, have: credits less debits. */
export interface Balance {
  /** An account, or `card:*` for all accounts of cards. */
  readonly account: string;
  readonly currency: string;
  readonly accounts: number;
  readonly balanceMinor: bigint;
}

/**
 * Balances by account and currency, of the accounts that begin so. Without a beginning those of
 * cards and merchants are added up by kind. In each currency all together are nothing.
 */
export async function listBalances(db: Queries, beginning?: string): Promise<readonly Balance[]> {
  const name =
    beginning === undefined
      ? sql`case when account ~ '^(card|held|merchant|reserve):'
          then split_part(account, ':', 1) || ':*' else account end`
      : sql`account`;
  const { rows } = await sql<Balance>`
    select ${name} as account, currency, cast(count(distinct account) as integer) as accounts,
      cast(sum(minor) as bigint) as "balanceMinor"
    from (
      select credit_account as account, currency, amount_minor as minor from ledger_transfers
      union all select debit_account, currency, -amount_minor from ledger_transfers
    ) moved
    where starts_with(account, ${beginning ?? ''})
    group by 1, 2 order by 2, 1`.execute(db);
  return rows;
}
