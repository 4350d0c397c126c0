import { z } from 'zod';
import { SCORE_BAND } from './operations-figures.ts';
import { AMOUNT, AT, CURRENCY } from './shapes.ts';

/** Who is logged in to the operations page, and what that page may show them. */
export const SESSION = z.object({
  name: z.string(),
  /** Null is an operator. */
  merchantId: z.string().nullable(),
  /** `scopes.ts` */
  scopes: z.array(z.string()),
});

const MINUTE = z.object({
  /** When it began. */
  at: AT,
  currency: CURRENCY,
  approved: z.int(),
  /** All that was not approved: what nobody knows the end of yet as well. */
  declined: z.int(),
  approvedMinor: AMOUNT,
});

const SCORES = z.object({
  tier: z.string(),
  /** Scores from here on, and below the next band. */
  from: z.int().multipleOf(SCORE_BAND),
  approved: z.int(),
  declined: z.int(),
});

/** A payment whose outcome is not known yet. */
const UNKNOWN = z.object({
  terminalId: z.string(),
  transmittedAt: z.string(),
  stan: z.string(),
  state: z.string(),
  currency: CURRENCY,
  amountMinor: AMOUNT,
  maskedPan: z.string().nullable(),
  receivedAt: AT,
});

const TERMINAL_SEEN = z.object({
  terminalId: z.string(),
  merchantId: z.string(),
  isRevoked: z.boolean(),
  /** To the host that answers this. */
  isConnected: z.boolean(),
  /** Its last message to this host, or its last payment to any; null before the first. */
  lastMessageAt: AT.nullable(),
});

const DISPUTE_DUE = z.object({
  terminalId: z.string(),
  transmittedAt: z.string(),
  stan: z.string(),
  disputeId: z.string(),
  reasonCode: z.string(),
  currency: CURRENCY,
  amountMinor: AMOUNT,
  openedAt: AT,
  dueAt: AT,
  /** How much evidence was added. */
  evidence: z.int(),
});

/** How things stand now; what the key may not see is null. */
export const OVERVIEW = z.object({
  at: AT,
  /** Of the last hour; minutes in which nothing was asked for are left out. */
  minutes: z.array(MINUTE),
  /** Of the last hour, by DE 39, the most frequent first. */
  declines: z.array(z.object({ responseCode: z.string(), count: z.int() })),
  /** Of the last hour. */
  scores: z.array(SCORES),
  /** Of the last authorisations of the host that answers this; milliseconds. */
  latency: z
    .object({
      p50Ms: z.number().nullable(),
      p95Ms: z.number().nullable(),
      p99Ms: z.number().nullable(),
    })
    .nullable(),
  unknowns: z.object({ count: z.int(), oldest: z.array(UNKNOWN) }),
  terminals: z.array(TERMINAL_SEEN).nullable(),
  /** Open ones, the soonest due first. */
  disputes: z.object({ open: z.int(), soonest: z.array(DISPUTE_DUE) }).nullable(),
});

/** `OVERVIEW` as a value. */
export type Overview = z.infer<typeof OVERVIEW>;
