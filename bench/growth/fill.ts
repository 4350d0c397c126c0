import type pg from 'pg';
import { connectForCopy } from '../../cloud/store/backup/tables.ts';
import { FUNDS_MINOR, HISTORY, type Scale, type TablePlan, tablePlans } from './history.ts';

/**
 * Fills a database with this much history, its schema and its cards being there: each table emptied
 * and filled in one transaction, with its indexes made afterwards, two tables at a time.
 */
export async function fill(databaseUrl: string, scale: Scale): Promise<void> {
  const client = await connectForCopy(databaseUrl);
  try {
    const { cards, ...tables } = tablePlans(scale);
    if (cards) await fillTable(client, 'cards', cards);
    await client.query(`create table ${HISTORY}_cards as
      select row_number() over (order by card_token) - 1 as i, card_token, masked_pan
      from cards where balance_minor >= ${FUNDS_MINOR}`);
    await client.query(`analyze ${HISTORY}_cards`);
    const left = Object.entries(tables);
    const worker = async () => {
      const own = await connectForCopy(databaseUrl);
      for (let next = left.shift(); next; next = left.shift()) await fillTable(own, ...next);
      await own.end();
    };
    await Promise.all([worker(), worker()]);
    await client.query(`drop table ${HISTORY}_cards`);
    await settle(client);
  } finally {
    await client.end();
  }
}

/** What is kept beside the transactions and comes of them. */
async function settle(client: pg.Client): Promise<void> {
  await client.query(`insert into batches
    select terminal_id, currency, batch_number, 0, 0, n, sum, 0, 0, n, sum, at from (
      select terminal_id, currency, batch_number, count(*)::int as n,
        sum(captured_minor)::bigint as sum, max(received_at) as at
      from transactions where batch_number is not null group by 1, 2, 3
    ) closed`);
  await client.query(`update cards set balance_minor = balance from (
      select account, sum(moved)::bigint as balance from (
        select credit_account as account, amount_minor as moved from ledger_transfers
        union all select debit_account, -amount_minor from ledger_transfers
      ) moves group by account
    ) balances where account = 'card:' || card_token`);
  await client.query('vacuum (freeze, analyze, parallel 0)');
  await client.query('checkpoint');
}

async function fillTable(client: pg.Client, name: string, plan: TablePlan): Promise<void> {
  const { rows: indexes } = await client.query<{ drop: string; create: string }>(
    `select case when con.oid is null then format('drop index %s', indexrelid::regclass)
        else format('alter table %s drop constraint %I', indrelid::regclass, conname) end as drop,
      case when con.oid is null then pg_get_indexdef(indexrelid)
        else format('alter table %s add constraint %I %s', indrelid::regclass, conname,
          pg_get_constraintdef(con.oid)) end as create
    from pg_index left join pg_constraint con on con.conindid = indexrelid and contype in ('p', 'u')
    where indrelid = $1::regclass`,
    [name],
  );
  await client.query('begin');
  await client.query(`set local work_mem = '256MB'; set local maintenance_work_mem = '1GB';
    set local max_parallel_maintenance_workers = 1`);
  for (const statement of plan.before ?? []) await client.query(statement);
  await client.query(`alter table ${name} disable trigger user`);
  await client.query(`create temp table kept on commit drop as
    select * from ${name} where ${plan.keep ?? 'true'}`);
  for (const { drop } of indexes) await client.query(drop);
  // Emptied in the same transaction, so that with wal_level minimal none of it goes to the log.
  await client.query(`truncate ${name}`);
  await client.query(`insert into ${name} select * from kept`);
  for (const insert of plan.inserts) await client.query(insert);
  for (const { create } of indexes) await client.query(create);
  await client.query(`alter table ${name} enable trigger user`);
  await client.query('commit');
}
