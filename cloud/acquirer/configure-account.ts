import { expectOk } from '#kernel/bytes/result.ts';
import { computePvv } from '#kernel/keys/card-verification.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import { appendAudit, OPERATOR_SHARD } from '../audit/audit-log.ts';
import { atomically, type Queries } from '../store/database.ts';
import type { IssuerFault } from '../store/schema.ts';
import { tokenOf } from '../store/secrets.ts';
import { PIN_KEY_INDEX, PIN_TRIES } from './account-rules.ts';
import type { Issuer } from './issuers.ts';

/** What an issuer sets for an account; what is not there stays as it is, null is no limit. */
export interface AccountRules {
  readonly fault?: IssuerFault;
  readonly latencyMs?: number;
  readonly paymentLimitMinor?: bigint | null;
  readonly dayLimitMinor?: bigint | null;
  readonly dayLimitCount?: number | null;
  readonly standInLimitMinor?: bigint | null;
  /** A new PIN, with all its tries. */
  readonly pin?: string;
  /** A command for the card, CLA to data, whose length counts a MAC of 8 bytes; null is none. */
  readonly pendingScript?: Uint8Array | null;
}

/** Sets rules of an account. Throws for a PIN that is none, or without a key to verify it. */
export async function configureAccount(
  db: Queries,
  card: { readonly issuer: Issuer; readonly pan: string; readonly tokenKey: Uint8Array },
  rules: AccountRules,
  now: Date,
): Promise<void> {
  const cardToken = tokenOf(card.pan, card.tokenKey);
  const { fault, latencyMs, pin, pendingScript, ...limits } = rules;
  const row = {
    ...(fault !== undefined && { fault }),
    ...(latencyMs !== undefined && { latency_ms: latencyMs }),
    ...(pin !== undefined && { pvv: pvvOf(card, pin), pin_tries_left: PIN_TRIES }),
    ...(pendingScript !== undefined && { pending_script: pendingScript }),
    ...('paymentLimitMinor' in limits && { payment_limit_minor: limits.paymentLimitMinor }),
    ...('dayLimitMinor' in limits && { day_limit_minor: limits.dayLimitMinor }),
    ...('dayLimitCount' in limits && { day_limit_count: limits.dayLimitCount }),
    ...('standInLimitMinor' in limits && { stand_in_limit_minor: limits.standInLimitMinor }),
  };
  await atomically(db, async (unit) => {
    await unit.updateTable('cards').set(row).where('card_token', '=', cardToken).execute();
    const details = { cardToken, what: Object.keys(rules).join(',') };
    await appendAudit(unit, OPERATOR_SHARD, { act: 'account-configured', at: now, details });
  });
}

function pvvOf({ issuer, pan }: { issuer: Issuer; pan: string }, pin: string): string {
  if (!issuer.pinVerificationKey) throw new Error('this issuer verifies no PIN');
  const checked = expectOk(parsePan(pan));
  return expectOk(computePvv(issuer.pinVerificationKey, checked, pin, PIN_KEY_INDEX));
}
