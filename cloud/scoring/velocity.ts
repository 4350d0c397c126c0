import { sql } from 'kysely';
import type { Queries } from '../store/database.ts';
import type { Features } from './features.ts';

/** Whose payments are counted, and from when. */
export interface VelocitySubject {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly cardToken: string;
  readonly now: Date;
}

/** The features that are counted from earlier payments. */
export type Velocity = Pick<
  Features,
  | 'cardLast10Min'
  | 'cardLast24H'
  | 'cardMerchants24H'
  | 'terminalLast10Min'
  | 'terminalDeclines10Min'
>;

const TEN_MINUTES_MS = 600_000;
const DAY_MS = 86_400_000;

/** Counts what this card and this terminal did lately, the payment at hand not included. */
export async function countVelocity(db: Queries, subject: VelocitySubject): Promise<Velocity> {
  const tenMinutesAgo = new Date(subject.now.getTime() - TEN_MINUTES_MS);
  const dayAgo = new Date(subject.now.getTime() - DAY_MS);
  const count = (condition: ReturnType<typeof sql<boolean>>) =>
    sql<number>`cast(count(case when ${condition} then 1 end) as integer)`;
  const recent = sql<boolean>`received_at > ${tenMinutesAgo}`;
  const card = await db
    .selectFrom('transactions')
    .select([
      count(recent).as('cardLast10Min'),
      count(sql<boolean>`true`).as('cardLast24H'),
      sql<number>`cast(count(distinct case when merchant_id <> ${subject.merchantId}
        then merchant_id end) as integer)`.as('otherMerchants'),
    ])
    .where('card_token', '=', subject.cardToken)
    .where('received_at', '>', dayAgo)
    .executeTakeFirstOrThrow();
  const terminal = await db
    .selectFrom('transactions')
    .select([
      count(sql<boolean>`state <> 'reversed-unseen'`).as('terminalLast10Min'),
      count(sql<boolean>`state = 'declined'`).as('terminalDeclines10Min'),
    ])
    .where('terminal_id', '=', subject.terminalId)
    .where('received_at', '>', tenMinutesAgo)
    .executeTakeFirstOrThrow();
  const { otherMerchants, ...cardCounts } = card;
  return { ...cardCounts, cardMerchants24H: otherMerchants + 1, ...terminal };
}
