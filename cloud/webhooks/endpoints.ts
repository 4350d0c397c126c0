import { randomBytes } from 'node:crypto';
import { expectOk } from '#kernel/bytes/result.ts';
import { fillBytesFor, unwrapKeyBlock, wrapKeyBlock } from '#kernel/keys/key-block.ts';
import type { KeyBlockHeader } from '#kernel/keys/key-block-header.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import type { Queries, UnitOfWork } from '../store/database.ts';
import { EVENT_TYPES, type EventType } from './event-types.ts';

/** Where events are sent. */
export interface NewEndpoint {
  /** Null is told of all merchants. */
  readonly merchantId: string | null;
  readonly url: string;
  /** None is all, also those that a later version adds. */
  readonly eventTypes: readonly EventType[];
}

/** An endpoint as it is listed: no secret. */
export interface ListedEndpoint extends NewEndpoint {
  readonly endpointId: string;
  readonly createdAt: Date;
  /** Nothing is sent to it while it is; events wait. `gone`: it answered 410. */
  readonly disabled: { readonly at: Date; readonly why: 'operator' | 'gone' } | null;
  /** Until when events are signed by the secret of before, too. */
  readonly previousSecretUntil: Date | null;
}

const SECRET_BYTES = 32;

/** A key for HMAC with SHA-256, as a block. Source: ANSI X9.143:2021, key usage M7. */
const HMAC_KEY: KeyBlockHeader = {
  version: 'D',
  keyUsage: 'M7',
  algorithm: 'H',
  modeOfUse: 'C',
  keyVersion: '00',
  exportability: 'N',
  optionalBlocks: [{ id: 'HM', data: '21' }],
};

/** Adds an endpoint with a secret of its own; its name. */
export async function addEndpoint(
  unit: UnitOfWork,
  { merchantId, url, eventTypes }: NewEndpoint,
  keyProtectionKey: SecretKey,
  now: Date,
): Promise<string> {
  const endpointId = `wh_${randomBytes(8).toString('hex')}`;
  await unit
    .insertInto('webhook_endpoints')
    .values({
      ...{ endpoint_id: endpointId, merchant_id: merchantId, url },
      ...{ event_types: eventTypes.join(' '), created_at: now },
      secret_block: newSecretBlock(keyProtectionKey),
    })
    .execute();
  return endpointId;
}

/** Endpoints of a merchant, null is all, the oldest first. */
export async function listEndpoints(
  db: Queries,
  merchantId: string | null,
): Promise<readonly ListedEndpoint[]> {
  let query = db.selectFrom('webhook_endpoints').selectAll().orderBy('created_at');
  if (merchantId !== null) query = query.where('merchant_id', '=', merchantId);
  const rows = await query.orderBy('endpoint_id').execute();
  return rows.map((row) => ({
    endpointId: row.endpoint_id,
    merchantId: row.merchant_id,
    url: row.url,
    eventTypes: EVENT_TYPES.filter((type) => row.event_types.split(' ').includes(type)),
    createdAt: row.created_at,
    disabled:
      row.disabled_at && row.disabled_why ? { at: row.disabled_at, why: row.disabled_why } : null,
    previousSecretUntil: row.previous_until,
  }));
}

/** Removes an endpoint with all that was to be sent to it. */
export async function removeEndpoint(unit: UnitOfWork, endpointId: string): Promise<void> {
  for (const table of ['webhook_endpoints', 'webhook_deliveries', 'webhook_attempts'] as const) {
    await unit.deleteFrom(table).where('endpoint_id', '=', endpointId).execute();
  }
}

/** Has events wait, or go on. */
export async function enableEndpoint(
  db: Queries,
  endpointId: string,
  disabled: ListedEndpoint['disabled'],
): Promise<void> {
  await db
    .updateTable('webhook_endpoints')
    .set({ disabled_at: disabled?.at ?? null, disabled_why: disabled?.why ?? null })
    .where('endpoint_id', '=', endpointId)
    .execute();
}

/** Gives an endpoint a new secret; until then events are signed by the one of before, too. */
export async function rotateSecret(
  db: Queries,
  endpointId: string,
  keyProtectionKey: SecretKey,
  previousUntil: Date,
): Promise<void> {
  await db
    .updateTable('webhook_endpoints')
    .set((set) => ({
      previous_secret_block: set.ref('secret_block'),
      previous_until: previousUntil,
      secret_block: newSecretBlock(keyProtectionKey),
    }))
    .where('endpoint_id', '=', endpointId)
    .execute();
}

/** The secret that holds. */
export async function revealSecret(
  db: Queries,
  endpointId: string,
  keyProtectionKey: SecretKey,
): Promise<SecretKey> {
  const { secret_block } = await db
    .selectFrom('webhook_endpoints')
    .select('secret_block')
    .where('endpoint_id', '=', endpointId)
    .executeTakeFirstOrThrow();
  return openSecret(secret_block, keyProtectionKey);
}

/** Opens a block of a secret. */
export function openSecret(block: string, keyProtectionKey: SecretKey): SecretKey {
  return expectOk(unwrapKeyBlock(keyProtectionKey, block)).key;
}

function newSecretBlock(keyProtectionKey: SecretKey): string {
  const secret = new SecretKey(randomBytes(SECRET_BYTES));
  const fill = randomBytes(fillBytesFor('D', SECRET_BYTES));
  return expectOk(wrapKeyBlock(keyProtectionKey, HMAC_KEY, secret, fill));
}
