import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Selectable } from 'kysely';
import { appendAudit, OPERATOR_SHARD } from '../audit/audit-log.ts';
import { atomically, type Queries } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { ALL_SCOPES, type Scope } from './scopes.ts';

/** Whose key a request came with. */
export interface Caller {
  readonly keyId: string;
  /** What people call the key. */
  readonly name: string;
  /** Null is an operator: it sees all merchants. */
  readonly merchantId: string | null;
  readonly scopes: ReadonlySet<Scope>;
  readonly requestsPerMinute: number;
}

/** What a new key is for. */
export interface NewApiKey {
  /** What people call it. */
  readonly name: string;
  readonly merchantId: string | null;
  readonly scopes: readonly Scope[];
  readonly requestsPerMinute: number;
}

/** A key as it is listed: nothing it could be used with. */
export interface ListedApiKey extends NewApiKey {
  readonly keyId: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** The text that is sent: `tessera_`, the key's name, and 32 random bytes. */
const KEY_TEXT = /^tessera_([0-9a-f]{16})_([\w-]{43})$/;

/** A key that nobody has yet, as text. */
export function newKeyText(): string {
  return `tessera_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('base64url')}`;
}

/**
 * Makes this text a key; a second time it is left as it is. Its secret has 256 random bits, so its
 * SHA-256, which is all that is kept, tells nothing of it.
 */
export async function addApiKey(
  db: Queries,
  text: string,
  key: NewApiKey,
  now: Date,
): Promise<string> {
  const [, keyId = '', secret = ''] = KEY_TEXT.exec(text) ?? [];
  if (keyId === '') throw new Error('this is no text of a key');
  await atomically(db, async (unit) => {
    const { name, merchantId, requestsPerMinute } = key;
    const scopes = key.scopes.join(' ');
    const added = await unit
      .insertInto('api_keys')
      .values({
        ...{ key_id: keyId, name, merchant_id: merchantId, scopes },
        ...{ secret_sha256: sha256(secret), requests_per_minute: requestsPerMinute },
        ...{ created_at: now, revoked_at: null },
      })
      .onConflict((conflict) => conflict.column('key_id').doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows === 0n) return;
    const details = { keyId, name, merchantId, scopes };
    await appendAudit(unit, OPERATOR_SHARD, { act: 'api-key-added', at: now, details });
  });
  return keyId;
}

/** Whose key this is; `undefined` when it is none, is another's, or was revoked. */
export async function findCaller(db: Queries, text: string): Promise<Caller | undefined> {
  const [, keyId, secret = ''] = KEY_TEXT.exec(text) ?? [];
  if (keyId === undefined) return undefined;
  const row = await db
    .selectFrom('api_keys')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (!row || !timingSafeEqual(row.secret_sha256, sha256(secret))) return undefined;
  return callerOfKey(row);
}

/** Who has the key of this row; whether it was revoked is the caller's to know. */
export function callerOfKey(row: Selectable<Schema['api_keys']>): Caller {
  return {
    keyId: row.key_id,
    name: row.name,
    merchantId: row.merchant_id,
    scopes: new Set(scopesOf(row.scopes)),
    requestsPerMinute: row.requests_per_minute,
  };
}

/** All keys, the newest first. */
export async function listApiKeys(db: Queries): Promise<readonly ListedApiKey[]> {
  const rows = await db
    .selectFrom('api_keys')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('key_id')
    .execute();
  return rows.map((row) => ({
    keyId: row.key_id,
    name: row.name,
    merchantId: row.merchant_id,
    scopes: scopesOf(row.scopes),
    requestsPerMinute: row.requests_per_minute,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }));
}

/** From the next request on the key opens nothing. False when it is unknown or was revoked. */
export function revokeApiKey(db: Queries, keyId: string, now: Date): Promise<boolean> {
  return atomically(db, async (unit) => {
    const revoked = await unit
      .updateTable('api_keys')
      .set({ revoked_at: now })
      .where('key_id', '=', keyId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (revoked.numUpdatedRows === 0n) return false;
    const details = { keyId };
    await appendAudit(unit, OPERATOR_SHARD, { act: 'api-key-revoked', at: now, details });
    return true;
  });
}

/** A scope that a later version took away is no scope any more. */
function scopesOf(text: string): readonly Scope[] {
  const words = text.split(' ');
  return ALL_SCOPES.filter((scope) => words.includes(scope));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
