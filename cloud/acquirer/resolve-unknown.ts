import { actingAs, CLOUD_ITSELF } from '../audit/actor.ts';
import { advance, type Happening } from '../life-cycle/advance.ts';
import type { Outbox } from '../nodes/outbox.ts';
import { atomically, type Queries, type UnitOfWork } from '../store/database.ts';
import type { Acquirer } from './acquirer.ts';
import { takeStep } from './life-steps.ts';
import { tellReversed } from './reverse.ts';
import {
  type LockedTransaction,
  lockCard,
  lockTransaction,
  positionOf,
  type TransactionKey,
} from './transactions.ts';

/** What a host counts in its memory, and where it tells others. */
export type HostMemory = Pick<Acquirer, 'velocity' | 'outbox'>;

/**
 * Ends every payment whose issuer did not answer in time: the host gives up, an approval that comes
 * then is reversed, and `memory` takes it back. How many were ended. It may run at once in several
 * hosts.
 */
export async function resolveUnknowns(
  db: Queries,
  now: Date,
  memory?: HostMemory,
): Promise<number> {
  const rows = await db
    .selectFrom('transactions')
    .select(['terminal_id as terminalId', 'stan', 'transmitted_at as transmittedAt'])
    .where('state', 'in', ['unknown', 'reversal-due'])
    .orderBy('received_at')
    .limit(MOST_AT_ONCE)
    .execute();
  for (const key of rows) {
    const reversed = await actingAs(CLOUD_ITSELF, () =>
      atomically(db, (unit) => resolve(unit, key, now, memory?.outbox)),
    );
    if (!reversed?.card_token) continue;
    memory?.velocity.takeBack(reversed.card_token, key);
    memory?.outbox?.wake();
  }
  return rows.length;
}

const MOST_AT_ONCE = 100;

/** The payment as it was, if it was reversed now. */
async function resolve(
  unit: UnitOfWork,
  key: TransactionKey,
  now: Date,
  outbox: Outbox | undefined,
): Promise<LockedTransaction | undefined> {
  const payment = await lockTransaction(unit, key);
  const amountMinor = payment?.amount_minor ?? 0n;
  await happen(unit, key, { event: 'give-up', by: 'host' }, now);
  await happen(unit, key, { event: 'late-approval', by: 'issuer', amountMinor }, now);
  const isReversed = await happen(unit, key, { event: 'reverse', by: 'host' }, now);
  if (!payment || !isReversed) return undefined;
  if (payment.card_token && outbox) await tellReversed(unit, outbox.nodeId, payment, now);
  return payment;
}

/** Lets it happen where it may, and says whether; a card without the money is not approved late. */
async function happen(
  unit: UnitOfWork,
  key: TransactionKey,
  happening: Happening,
  now: Date,
): Promise<boolean> {
  const payment = await lockTransaction(unit, key);
  const position = payment && positionOf(payment);
  if (!payment || !position) return false;
  const step = advance(position, happening);
  if (!step.ok) return false;
  if (happening.event === 'late-approval' && payment.card_token) {
    const card = await lockCard(unit, payment.card_token);
    if (!card || card.balanceMinor < payment.amount_minor) return false;
  }
  const entryId = `${happening.event}-${key.stan}-${key.transmittedAt}`;
  const reversal = happening.event === 'reverse' && { reversalReason: TIMEOUT };
  await takeStep(unit, payment, step.value, { entryId, act: happening.event, now, ...reversal });
  return true;
}

/** DE 39, response received too late. ISO 8583:1987, annex A. */
const TIMEOUT = '68';
