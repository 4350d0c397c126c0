import { type Kysely, sql } from 'kysely';

/** What keeps a cloud as quick with many payments as with few. */
export async function prepareForGrowth(db: Kysely<unknown>): Promise<void> {
  // A start adds up what was tapped without reading every decision again; older ones do not count.
  await sql`alter table transactions add verification text`.execute(db);
  await sql`update transactions payment
    set verification = (decision.features::json) ->> 'verification'
    from decisions decision
    where payment.received_at > now() - interval '91 days'
      and decision.terminal_id = payment.terminal_id and decision.stan = payment.stan
      and decision.transmitted_at = payment.transmitted_at`.execute(db);
  // What a batch counts, so that closing one does not read all that its terminal ever did.
  await sql`create index transactions_counted on transactions (terminal_id, currency, batch_number)
    where (kind in ('purchase', 'advice')
        and state in ('captured', 'refunded', 'disputed', 'charged-back'))
      or (kind in ('completion', 'refund') and state = 'done')`.execute(db);
  // Velocity is counted in the process: nothing looks for the payments of a card any more.
  await sql`drop index transactions_by_card`.execute(db);
}
