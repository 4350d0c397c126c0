import { sql } from 'kysely';
import type { Presence } from '../acquirer/presence.ts';
import type { Queries } from '../store/database.ts';
import type { Caller } from './api-keys.ts';
import type { ApiContext } from './context.ts';
import { disputesOf } from './dispute-routes.ts';
import { isApproved, type OperationsFigures, type PaymentGroup } from './operations-figures.ts';
import type { Overview } from './operations-shapes.ts';

/** How many are named; all are counted. */
const MOST_NAMED = 20;
const MOST_TERMINALS = 500;
/** How long a merchant has to answer: the shorter of what the large schemes leave (30 days). */
const ANSWER_WITHIN_MS = 30 * 24 * 60 * 60 * 1_000;

/** How things stand, as far as this caller may see. */
export async function readOverview(
  { db, metrics, acquirer, now }: ApiContext,
  figures: OperationsFigures,
  { merchantId, scopes }: Caller,
): Promise<Overview> {
  const at = now();
  const [groups, unknowns, terminals, disputes] = await Promise.all([
    figures.recent(merchantId, at),
    readUnknowns(db, merchantId),
    scopes.has('terminals:read') ? readTerminals(db, acquirer.presence, merchantId) : null,
    scopes.has('disputes:read') ? readDisputesDue(db, merchantId) : null,
  ]);
  return {
    at: at.toISOString(),
    ...summarise(groups),
    latency: scopes.has('metrics:read') ? metrics.latency() : null,
    ...{ unknowns, terminals, disputes },
  };
}

/** Adds groups up: by minute and currency, by reason of decline, by score and tier. */
export function summarise(
  groups: readonly PaymentGroup[],
): Pick<Overview, 'minutes' | 'declines' | 'scores'> {
  const minutes = new Map<string, Overview['minutes'][number]>();
  const declines = new Map<string, number>();
  const scores = new Map<string, Overview['scores'][number]>();
  for (const group of groups) {
    const { minuteMs, currency, responseCode, tier, scoreFrom, count } = group;
    const [approved, declined] = isApproved(group) ? [count, 0] : [0, count];
    const minute = minutes.get(`${minuteMs} ${currency}`);
    minutes.set(`${minuteMs} ${currency}`, {
      at: new Date(minuteMs).toISOString(),
      currency,
      approved: (minute?.approved ?? 0) + approved,
      declined: (minute?.declined ?? 0) + declined,
      approvedMinor: `${BigInt(minute?.approvedMinor ?? 0) + group.approvedMinor}`,
    });
    if (declined > 0) declines.set(responseCode, (declines.get(responseCode) ?? 0) + declined);
    if (tier === null || scoreFrom === null) continue;
    const band = scores.get(`${tier} ${scoreFrom}`);
    scores.set(`${tier} ${scoreFrom}`, {
      ...{ tier, from: scoreFrom },
      approved: (band?.approved ?? 0) + approved,
      declined: (band?.declined ?? 0) + declined,
    });
  }
  return {
    minutes: [...minutes.values()],
    declines: [...declines]
      .map(([responseCode, count]) => ({ responseCode, count }))
      .sort((a, b) => b.count - a.count || (a.responseCode < b.responseCode ? -1 : 1)),
    scores: [...scores.values()].sort((a, b) => a.from - b.from),
  };
}

async function readUnknowns(db: Queries, merchantId: string | null): Promise<Overview['unknowns']> {
  let open = db.selectFrom('transactions').where('state', 'in', ['unknown', 'reversal-due']);
  if (merchantId !== null) open = open.where('merchant_id', '=', merchantId);
  const [{ count }, rows] = await Promise.all([
    open.select((select) => select.fn.countAll<bigint>().as('count')).executeTakeFirstOrThrow(),
    open.selectAll().orderBy('received_at').limit(MOST_NAMED).execute(),
  ]);
  return {
    count: Number(count),
    oldest: rows.map((row) => ({
      terminalId: row.terminal_id,
      transmittedAt: row.transmitted_at,
      stan: row.stan,
      state: row.state,
      currency: row.currency,
      amountMinor: `${row.amount_minor}`,
      maskedPan: row.masked_pan,
      receivedAt: row.received_at.toISOString(),
    })),
  };
}

async function readTerminals(
  db: Queries,
  presence: Presence | undefined,
  merchantId: string | null,
): Promise<Overview['terminals']> {
  let query = db
    .selectFrom('terminals')
    .leftJoinLateral(
      (select) =>
        select
          .selectFrom('transactions')
          .select('received_at')
          .whereRef('transactions.terminal_id', '=', 'terminals.terminal_id')
          .orderBy('received_at', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .select(['terminal_id', 'merchant_id', 'revoked_at', 'last.received_at'])
    .orderBy('terminal_id')
    .limit(MOST_TERMINALS);
  if (merchantId !== null) query = query.where('merchant_id', '=', merchantId);
  return (await query.execute()).map((row) => ({
    terminalId: row.terminal_id,
    merchantId: row.merchant_id,
    isRevoked: row.revoked_at !== null,
    isConnected: presence?.isConnected(row.terminal_id) ?? false,
    lastMessageAt: later(presence?.heardAt(row.terminal_id), row.received_at),
  }));
}

function later(one: Date | undefined, other: Date | null): string | null {
  const latest = Math.max(one?.getTime() ?? 0, other?.getTime() ?? 0);
  return latest === 0 ? null : new Date(latest).toISOString();
}

async function readDisputesDue(
  db: Queries,
  merchantId: string | null,
): Promise<Overview['disputes']> {
  const query = disputesOf(db, merchantId).where('disputes.state', '=', 'open');
  const [{ open }, rows] = await Promise.all([
    query
      .clearSelect()
      .select((select) => select.fn.countAll<bigint>().as('open'))
      .executeTakeFirstOrThrow(),
    query
      .select(['currency', 'captured_minor', 'refunded_minor'])
      .select(
        sql<bigint>`(select count(*) from dispute_evidence evidence
          where evidence.terminal_id = disputes.terminal_id
            and evidence.dispute_id = disputes.dispute_id)`.as('evidence'),
      )
      .orderBy('opened_at')
      .limit(MOST_NAMED)
      .execute(),
  ]);
  return {
    open: Number(open),
    soonest: rows.map((row) => ({
      terminalId: row.terminal_id,
      transmittedAt: row.transmitted_at,
      stan: row.stan,
      disputeId: row.dispute_id,
      reasonCode: row.reason_code,
      currency: row.currency,
      amountMinor: `${row.captured_minor - row.refunded_minor}`,
      openedAt: row.opened_at.toISOString(),
      dueAt: new Date(row.opened_at.getTime() + ANSWER_WITHIN_MS).toISOString(),
      evidence: Number(row.evidence),
    })),
  };
}
