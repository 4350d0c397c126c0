import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Schema } from '../store/schema.ts';
import { AMOUNT, AT, CURRENCY } from './shapes.ts';

/** A payment, or a message about one, as the API tells it: of the card only its masked number. */
export const TRANSACTION = z.object({
  terminalId: z.string(),
  stan: z.string(),
  transmittedAt: z.string(),
  merchantId: z.string(),
  maskedPan: z.string().nullable(),
  kind: z.string(),
  state: z.string(),
  currency: CURRENCY,
  amountMinor: AMOUNT,
  authorisedMinor: AMOUNT,
  capturedMinor: AMOUNT,
  refundedMinor: AMOUNT,
  chargedBackMinor: AMOUNT,
  responseCode: z.string().nullable(),
  approvalCode: z.string().nullable(),
  retrievalReference: z.string().nullable(),
  score: z.int().nullable(),
  tier: z.string().nullable(),
  reasons: z.array(z.string()),
  batchNumber: z.int().nullable(),
  isSettled: z.boolean(),
  original: z.object({ stan: z.string(), transmittedAt: z.string() }).nullable(),
  receivedAt: AT,
  reversedAt: AT.nullable(),
  reversalReason: z.string().nullable(),
});

/** A row as `TRANSACTION` has it. */
export function describeTransaction(
  row: Selectable<Schema['transactions']>,
): z.infer<typeof TRANSACTION> {
  const { original_stan: stan, original_transmitted_at: transmittedAt } = row;
  return {
    terminalId: row.terminal_id,
    stan: row.stan,
    transmittedAt: row.transmitted_at,
    merchantId: row.merchant_id,
    maskedPan: row.masked_pan,
    kind: row.kind,
    state: row.state,
    currency: row.currency,
    amountMinor: `${row.amount_minor}`,
    authorisedMinor: `${row.authorised_minor}`,
    capturedMinor: `${row.captured_minor}`,
    refundedMinor: `${row.refunded_minor}`,
    chargedBackMinor: `${row.charged_back_minor}`,
    responseCode: row.response_code,
    approvalCode: row.approval_code,
    retrievalReference: row.retrieval_reference,
    score: row.score,
    tier: row.tier,
    reasons: row.reasons?.split(',').filter((code) => code !== '') ?? [],
    batchNumber: row.batch_number,
    isSettled: row.is_settled,
    original: stan !== null && transmittedAt !== null ? { stan, transmittedAt } : null,
    receivedAt: row.received_at.toISOString(),
    reversedAt: row.reversed_at?.toISOString() ?? null,
    reversalReason: row.reversal_reason,
  };
}
