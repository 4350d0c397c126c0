import { z } from 'zod';
import { VERIFICATIONS } from '../scoring/features.ts';
import type { PaymentName } from '../scoring/velocity.ts';

/**
 * What one node tells the others, so that their counters know of it. It holds tokens, no card
 * data.
 */
export type NodeEvent = z.infer<typeof SHAPE>;

/** The payment that it is about. */
const PAYMENT = { terminalId: z.string(), stan: z.string(), transmittedAt: z.string() };

const SHAPE = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('decided'),
    nodeId: z.string(),
    eventId: z.string(),
    at: z.iso.datetime(),
    ...PAYMENT,
    merchantId: z.string(),
    cardToken: z.string(),
    deviceToken: z.string().optional(),
    amountMinor: z.string().regex(/^\d{1,18}$/),
    verification: z.enum(VERIFICATIONS),
    isDeclined: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('reversed'),
    nodeId: z.string(),
    eventId: z.string(),
    at: z.iso.datetime(),
    ...PAYMENT,
    cardToken: z.string(),
  }),
]);

/** An event from its JSON; `undefined` when it is not one that this version knows. */
export function parseNodeEvent(text: string): NodeEvent | undefined {
  try {
    return SHAPE.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What names an event everywhere: the payment, and what happened to it. */
export function eventIdOf(kind: NodeEvent['kind'], payment: PaymentName): string {
  return `${kind}-${payment.terminalId}-${payment.stan}-${payment.transmittedAt}`;
}
