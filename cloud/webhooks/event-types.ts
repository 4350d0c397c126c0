/** What an endpoint can be told of. The triggers of `webhook-migrations.ts` write them. */
export const EVENT_TYPES = [
  'transaction.unknown',
  'transaction.reversal-due',
  'transaction.declined',
  'transaction.authorised',
  'transaction.incremented',
  'transaction.increment-undone',
  'transaction.captured',
  'transaction.refunded',
  'transaction.refund-undone',
  'transaction.voided',
  'transaction.expired',
  'transaction.reversed',
  'transaction.disputed',
  'transaction.charged-back',
  'dispute.opened',
  'dispute.evidence-added',
  'dispute.won',
  'dispute.lost',
  'batch.closed',
  'terminal.enrolled',
  'terminal.revoked',
  'webhook.test',
] as const;

/** One of `EVENT_TYPES`. */
export type EventType = (typeof EVENT_TYPES)[number];
