import { z } from 'zod';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PaymentEvent } from '#kernel/transaction/payment.ts';

/**
 * Writes an event as the JSON text of a journal row; amounts become decimal strings. What could
 * not be read back is refused: the error names the place in the event, never its content.
 */
export function encodePaymentEvent(event: PaymentEvent): Result<string, string> {
  const encoded = z.safeEncode(paymentEvent, event);
  return encoded.success ? ok(JSON.stringify(encoded.data)) : fail(firstFault(encoded.error));
}

/** Reads the JSON text of a journal row. The error names the place in the event. */
export function parsePaymentEvent(text: string): Result<PaymentEvent, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail('not JSON');
  }
  const parsed = paymentEvent.safeParse(json);
  return parsed.success ? ok(parsed.data) : fail(firstFault(parsed.error));
}

const atMs = z.int().min(0);
const stan = z.int().min(1).max(999_999);
const amount = z.codec(z.string().regex(/^-?\d{1,30}$/), z.bigint(), {
  decode: (text) => BigInt(text),
  encode: (minor) => minor.toString(),
});

const saleLine = z.strictObject({
  lineId: z.string(),
  itemId: z.string(),
  name: z.string(),
  quantity: z.int(),
  unitPriceMinor: amount,
  taxPermille: z.int(),
});

const originalData = z.strictObject({
  mti: z.literal('0100'),
  stan,
  transmittedAt: z.string().regex(/^\d{10}$/),
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
    amountMinor: amount,
    currency: z.string().regex(/^\d{3}$/),
    lines: z.array(saleLine).readonly(),
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
  }),
  z.strictObject({
    type: z.literal('reversal-sent'),
    atMs,
    stan,
    attempt: z.int().min(1),
    reason: z.enum(['timeout', 'connection-lost', 'restart', 'customer']),
  }),
  z.strictObject({ type: z.literal('reversal-answered'), atMs, responseCode: z.string() }),
  z.strictObject({
    type: z.literal('closed'),
    atMs,
    end: z.enum(['approved', 'declined', 'cancelled', 'reversed']),
    reason: endReason.exactOptional(),
  }),
]) satisfies z.ZodType<PaymentEvent>;

function firstFault(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? ''} (${issue?.code ?? 'invalid'})`;
}
