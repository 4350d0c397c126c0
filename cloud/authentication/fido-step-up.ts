import { createHash, createHmac } from 'node:crypto';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { FidoAssertion } from '#kernel/transaction/fido-assertion.ts';
import { appendAudit, OPERATOR_SHARD } from '../audit/audit-log.ts';
import { atomically, type Queries, type UnitOfWork } from '../store/database.ts';
import { type AssertionFault, type RelyingParty, verifyAssertion } from './assertion.ts';
import { type CoseFault, decodeCoseKey } from './cose-key.ts';

/** What an assertion is bound to: an amount, a payee, and the request that was asked for one. */
export interface Bound {
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly merchantId: string;
  readonly cardToken: string;
  readonly intent: IntentKey;
}

/** The request that a challenge answered: terminal, DE 11 and DE 7. */
export interface IntentKey {
  readonly terminalId: string;
  readonly stan: string;
  readonly transmittedAt: string;
}

/**
 * What a credential must sign: 32 bytes over amount, currency, payee, card and intent that only
 * this host can make, so that none has to be kept. Source of what must be bound: Commission
 * Delegated Regulation (EU) 2018/389, article 5.
 */
export function challengeOf(bound: Bound, tokenKey: Uint8Array): Uint8Array {
  const { terminalId, stan, transmittedAt } = bound.intent;
  const named = [
    ...[`${bound.amountMinor}`, bound.currency, bound.merchantId, bound.cardToken],
    ...[terminalId, stan, transmittedAt],
  ];
  const hash = createHash('sha256').update(JSON.stringify(named)).digest();
  return new Uint8Array(
    createHmac('sha256', tokenKey).update('fido2-challenge:').update(hash).digest(),
  );
}

/** A credential of a card's holder. */
export interface NewCredential {
  readonly cardToken: string;
  /** 1 to 128 bytes. */
  readonly credentialId: Uint8Array;
  /** A COSE_Key, as the authenticator gave it. */
  readonly publicKey: Uint8Array;
  readonly signCount: number;
}

/**
 * Registers a credential whose key is known to be of the card's holder: the attestation of a
 * registration is not looked at here. False when the credential is registered already.
 */
export async function registerCredential(
  db: Queries,
  credential: NewCredential,
  now: Date,
): Promise<Result<boolean, CoseFault>> {
  const { cardToken, credentialId, publicKey, signCount } = credential;
  const key = decodeCoseKey(publicKey);
  if (!key.ok) return key;
  const { algorithm } = key.value;
  return atomically(db, async (unit) => {
    const added = await unit
      .insertInto('fido_credentials')
      .values({
        card_token: cardToken,
        credential_id: credentialId,
        public_key: publicKey,
        sign_count: BigInt(signCount),
        registered_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('card_token')
      .executeTakeFirst();
    if (!added) return ok(false);
    const details = { cardToken, credentialId: encodeHex(credentialId), algorithm };
    await appendAudit(unit, OPERATOR_SHARD, { act: 'credential-registered', at: now, details });
    return ok(true);
  });
}

/** What is stored of an assertion's credential and intent. */
export interface StepUpRecord {
  readonly credential: { readonly publicKey: Uint8Array; readonly signCount: number } | undefined;
  /** When a verification was asked for; `undefined` where none was, or of another card. */
  readonly askedAt: Date | undefined;
  readonly isUsed: boolean;
}

/** Reads what an assertion is held against; the card's account must be locked. */
export async function readStepUp(
  db: UnitOfWork,
  cardToken: string,
  intent: IntentKey,
  credentialId: Uint8Array,
): Promise<StepUpRecord> {
  const credential = await db
    .selectFrom('fido_credentials')
    .select(['public_key', 'sign_count'])
    .where('card_token', '=', cardToken)
    .where('credential_id', '=', credentialId)
    .executeTakeFirst();
  const asked = await db
    .selectFrom('transactions')
    .select('received_at')
    .where('terminal_id', '=', intent.terminalId)
    .where('stan', '=', intent.stan)
    .where('transmitted_at', '=', intent.transmittedAt)
    .where('card_token', '=', cardToken)
    .where('response_code', '=', VERIFICATION_REQUIRED)
    .executeTakeFirst();
  const used = await db
    .selectFrom('fido_assertions')
    .select('stan')
    .where('terminal_id', '=', intent.terminalId)
    .where('stan', '=', intent.stan)
    .where('transmitted_at', '=', intent.transmittedAt)
    .executeTakeFirst();
  return {
    credential: credential && {
      publicKey: credential.public_key,
      signCount: Number(credential.sign_count),
    },
    askedAt: asked?.received_at,
    isUsed: used !== undefined,
  };
}

/** DE 39: Visa's code for additional customer authentication required. */
export const VERIFICATION_REQUIRED = '1A';

/** Why an assertion does not verify the holder for a payment. */
export type StepUpFault =
  | AssertionFault
  | 'no-relying-party'
  | 'unknown-credential'
  /** No request of this terminal with this card was asked for one. */
  | 'unknown-intent'
  | 'too-late'
  | 'used';

/** How long a challenge holds. */
const CHALLENGE_MS = 300_000;

/** Verifies an assertion for a payment; the credential's new counter when it holds. */
export function verifyStepUp(
  assertion: FidoAssertion,
  record: StepUpRecord,
  given: {
    readonly bound: Bound;
    readonly tokenKey: Uint8Array;
    readonly relyingParty: RelyingParty | undefined;
    readonly now: Date;
  },
): Result<{ readonly signCount: number }, StepUpFault> {
  const { credential, askedAt, isUsed } = record;
  const { bound, tokenKey, relyingParty, now } = given;
  if (!relyingParty) return fail('no-relying-party');
  if (!credential) return fail('unknown-credential');
  if (!askedAt) return fail('unknown-intent');
  if (isUsed) return fail('used');
  if (now.getTime() - askedAt.getTime() > CHALLENGE_MS) return fail('too-late');
  const key = decodeCoseKey(credential.publicKey);
  if (!key.ok) return fail('unknown-credential');
  const { signCount } = credential;
  const challenge = challengeOf(bound, tokenKey);
  return verifyAssertion(assertion, { challenge, relyingParty, key: key.value, signCount });
}

/** Keeps that a challenge was answered and the credential's counter; both go with the payment. */
export async function recordStepUp(
  db: UnitOfWork,
  cardToken: string,
  intent: IntentKey,
  verified: { readonly credentialId: Uint8Array; readonly signCount: number; readonly now: Date },
): Promise<void> {
  const { credentialId, signCount, now } = verified;
  await db
    .updateTable('fido_credentials')
    .set({ sign_count: BigInt(signCount) })
    .where('card_token', '=', cardToken)
    .where('credential_id', '=', credentialId)
    .execute();
  await db
    .insertInto('fido_assertions')
    .values({
      terminal_id: intent.terminalId,
      stan: intent.stan,
      transmitted_at: intent.transmittedAt,
      credential_id: credentialId,
      verified_at: now,
    })
    .execute();
}
