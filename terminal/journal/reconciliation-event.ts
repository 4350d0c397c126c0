import { z } from 'zod';
import type { Result } from '#kernel/bytes/result.ts';
import type { ReconciliationEvent } from '#kernel/transaction/reconciliation.ts';
import { encodeEvent, eventParts, minorUnits, parseEvent } from './event-text.ts';

/** Writes an event of a reconciliation as JSON text; the error names the place in it. */
export function encodeReconciliationEvent(event: ReconciliationEvent): Result<string, string> {
  return encodeEvent(reconciliationEvent, event);
}

/** Reads the JSON text of a reconciliation's event. The error names the place in it. */
export function parseReconciliationEvent(text: string): Result<ReconciliationEvent, string> {
  return parseEvent(reconciliationEvent, text);
}

const { atMs, stan, attempt, transmittedAt, currency } = eventParts;
const totals = z.strictObject({
  credits: z.int(),
  creditsMinor: minorUnits,
  debits: z.int(),
  debitsMinor: minorUnits,
});

const reconciliationEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('reconciliation-queued'),
    atMs,
    mti: z.enum(['0500', '0520']),
    stan,
    transmittedAt,
    currency,
    totals,
  }),
  z.strictObject({ type: z.literal('reconciliation-sent'), atMs, stan, attempt }),
  z.strictObject({
    type: z.literal('reconciliation-answered'),
    atMs,
    stan,
    responseCode: z.string(),
    hostTotals: totals.exactOptional(),
    batchNumber: z.int().exactOptional(),
  }),
]) satisfies z.ZodType<ReconciliationEvent>;
