import { z } from 'zod';
import type { Result } from '#kernel/bytes/result.ts';
import type { PaymentEvent } from '#kernel/transaction/payment.ts';
import { encodeEvent, eventParts, minorUnits, parseEvent } from './event-text.ts';

/**
 * Writes an event as the JSON text of a journal row; amounts become decimal strings. What could
 * not be read back is refused: the error names the place in the event, never its content.
 */
export function encodePaymentEvent(event: PaymentEvent): Result<string, string> {
  return encodeEvent(paymentEvent, event);
}

/** Reads the JSON text of a journal row. The error names the place in the event. */
export function parsePaymentEvent(text: string): Result<PaymentEvent, string> {
  return parseEvent(paymentEvent, text);
}

const { atMs, stan, attempt, transmittedAt, currency } = eventParts;

const saleLine = z.strictObject({
  lineId: z.string(),
  itemId: z.string(),
  name: z.string(),
  quantity: z.int(),
  unitPriceMinor: minorUnits,
  taxPermille: z.int(),
});

const messageName = { stan, transmittedAt };

const originalData = z.strictObject({
  mti: z.enum(['0100', '0200', '0220', '0420']),
  ...messageName,
  localTime: z.string().regex(/^\d{6}$/),
  localDate: z.string().regex(/^\d{4}$/),
});

const score = z.strictObject({
  score: z.int(),
  tier: z.enum(['low', 'medium', 'high']),
  reasons: z.array(z.string()).readonly(),
  requiredMethod: z.enum(['none', 'cdcvm', 'pin', 'fido2', 'refuse']).exactOptional(),
});

const endReason = z.enum([
  'issuer-declined',
  'insufficient-funds',
  'over-limit',
  'expired',
  'suspected-fraud',
  'verification-required',
  'pin-not-entered',
  'pin-wrong',
  'pin-blocked',
  'lost-or-stolen',
  'card-declined',
  'card-not-supported',
  'card-error',
  'card-removed',
  'cashier',
  'host-unreachable',
  'host-error',
  'no-answer',
  'terminal-error',
  'restart',
]);

/** Strict objects: a member nobody named here, such as a PAN, never reaches the disk. */
const paymentEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('intent'),
    atMs,
    saleId: z.string(),
    amountMinor: minorUnits,
    currency,
    lines: z.array(saleLine).readonly(),
    kind: z.enum(['purchase', 'preauthorisation', 'balance']).exactOptional(),
  }),
  z.strictObject({
    type: z.literal('authorisation-sent'),
    atMs,
    original: originalData,
    /** Seven digits in a row are more than the six that may be shown. */
    maskedPan: z.string().regex(/^(?!.*\d{7})/s),
    applicationLabel: z.string(),
    aid: z.string(),
  }),
  z.strictObject({ type: z.literal('authorisation-not-sent'), atMs }),
  z.strictObject({
    type: z.literal('authorisation-answered'),
    atMs,
    responseCode: z.string(),
    approvalCode: z.string().exactOptional(),
    retrievalReference: z.string().exactOptional(),
    score: score.exactOptional(),
    balanceMinor: minorUnits.exactOptional(),
  }),
  z.strictObject({
    type: z.literal('reversal-sent'),
    atMs,
    stan,
    attempt,
    reason: z.enum(['timeout', 'connection-lost', 'restart', 'customer']),
  }),
  z.strictObject({ type: z.literal('reversal-answered'), atMs, responseCode: z.string() }),
  z.strictObject({
    type: z.literal('closed'),
    atMs,
    end: z.enum(['approved', 'declined', 'cancelled', 'reversed']),
    reason: endReason.exactOptional(),
  }),
  z.strictObject({
    type: z.literal('follow-up-queued'),
    atMs,
    kind: z.enum(['increment', 'completion', 'refund', 'void', 'reversal']),
    message: originalData,
    original: z.strictObject({ mti: originalData.shape.mti, ...messageName }),
    amountMinor: minorUnits,
  }),
  z.strictObject({ type: z.literal('follow-up-sent'), atMs, stan, attempt }),
  z.strictObject({ type: z.literal('follow-up-answered'), atMs, stan, responseCode: z.string() }),
]) satisfies z.ZodType<PaymentEvent>;
