import type { Queries } from '../store/database.ts';
import type { MessageClass } from '../store/schema.ts';

/** What makes a message the same as another. */
export interface MessageIdentity {
  readonly terminalId: string;
  readonly messageClass: MessageClass;
  readonly stan: string;
  readonly transmittedAt: string;
  /** Of the whole message (`fingerprintOf`). */
  readonly payloadHash: string;
}

/** Whether a message was seen before. */
export type Precedent =
  | { readonly kind: 'first' }
  /** The very same came before; null when its answer never goes out. */
  | { readonly kind: 'repeated'; readonly answer: Uint8Array | null }
  /** Another message came under the same STAN and time. */
  | { readonly kind: 'conflict' };

/** Looks for an earlier message with this terminal, kind, STAN and DE 7. */
export async function findPrecedent(db: Queries, identity: MessageIdentity): Promise<Precedent> {
  const earlier = await db
    .selectFrom('idempotency')
    .select(['payload_hash', 'answer'])
    .where('terminal_id', '=', identity.terminalId)
    .where('message_class', '=', identity.messageClass)
    .where('stan', '=', identity.stan)
    .where('transmitted_at', '=', identity.transmittedAt)
    .executeTakeFirst();
  if (!earlier) return { kind: 'first' };
  if (earlier.payload_hash !== identity.payloadHash) return { kind: 'conflict' };
  return { kind: 'repeated', answer: earlier.answer };
}

/** Keeps the answer for good; null when it must never go out. */
export async function rememberAnswer(
  db: Queries,
  identity: MessageIdentity,
  answer: Uint8Array | null,
  receivedAt: Date,
): Promise<void> {
  await db
    .insertInto('idempotency')
    .values({
      terminal_id: identity.terminalId,
      message_class: identity.messageClass,
      stan: identity.stan,
      transmitted_at: identity.transmittedAt,
      payload_hash: identity.payloadHash,
      answer,
      received_at: receivedAt,
    })
    .execute();
}
