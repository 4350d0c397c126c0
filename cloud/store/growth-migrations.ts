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
  // What an open batch counts and what is in a closed one, without all that its terminal ever did.
  await sql`create index transactions_open on transactions (terminal_id, currency)
    where batch_number is null and (
      (kind in ('purchase', 'advice')
        and state in ('captured', 'refunded', 'disputed', 'charged-back'))
      or (kind in ('completion', 'refund') and state = 'done'))`.execute(db);
  await sql`create index transactions_batched on transactions (terminal_id, batch_number)
    where batch_number is not null`.execute(db);
  await sql`create index batches_by_time on batches (closed_at)`.execute(db);
  await sql`create index transactions_by_original
    on transactions (terminal_id, original_stan, original_transmitted_at)
    where original_stan is not null`.execute(db);
  // Lists of what is out of the ordinary, which is a small part of all.
  await sql`create index transactions_by_state on transactions (state, received_at)
    where state not in ('captured', 'declined', 'done')`.execute(db);
  await sql`create index transactions_by_decline on transactions (response_code, received_at)
    where response_code <> '00'`.execute(db);
  // Velocity is counted in the process: nothing looks for the payments of a card any more.
  await sql`drop index transactions_by_card`.execute(db);
}
