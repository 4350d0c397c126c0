import { expectOk } from '#kernel/bytes/result.ts';
import { firstTime } from '#kernel/transaction/message-kinds.ts';
import { resealMessage } from '#kernel/transaction/message-mac.ts';
import { atomically, type UnitOfWork } from '../store/database.ts';
import type { MessageClass } from '../store/schema.ts';
import { fingerprintOf } from '../store/secrets.ts';
import type { Acquirer } from './acquirer.ts';
import { buildAnswer } from './answers.ts';
import { findPrecedent, type MessageIdentity, rememberAnswer } from './idempotency.ts';
import type { Received } from './received.ts';

/** DE 39, duplicate transmission. ISO 8583:1987, annex A. */
export const DUPLICATE = '94';

/** A message's name, and what must be the same under it: all but its MAC and repeat mark. */
export function identityOf(acquirer: Acquirer, received: Received): MessageIdentity {
  const { message, bytes, key } = received;
  const messageClass = CLASSES[firstTime(message.mti)];
  if (!messageClass) throw new Error(`no class of ${message.mti}`);
  const covered = bytes.slice(0, -MAC_BYTES);
  // The type in BCD: a repeat ends in 1 where the first ended in 0.
  covered[1] = (covered[1] ?? 0) & 0xfe;
  return { ...key, messageClass, payloadHash: fingerprintOf(covered, acquirer.tokenKey) };
}

/**
 * Does what a message asks for once: the answer and all that `work` did are committed together, and
 * whoever asks the same again gets that answer, with a MAC under the key of today. Another message
 * under the same STAN and time is refused. `work` gives the answer.
 */
export function once(
  acquirer: Acquirer,
  received: Received,
  work: (db: UnitOfWork, now: Date) => Promise<Uint8Array>,
): Promise<Uint8Array | null> {
  const now = acquirer.now();
  const identity = identityOf(acquirer, received);
  return atomically(acquirer.db, async (db) => {
    const precedent = await findPrecedent(db, identity);
    if (precedent.kind === 'repeated') return again(precedent.answer, received);
    if (precedent.kind === 'conflict') {
      return buildAnswer(received.message, { 39: DUPLICATE }, received.terminal.macKey);
    }
    const answer = await work(db, now);
    await rememberAnswer(db, identity, answer, now);
    return answer;
  });
}

/** The answer of the first time, with its MAC under the key that the terminal uses now. */
export function again(answer: Uint8Array | null, { terminal }: Received): Uint8Array | null {
  return answer && expectOk(resealMessage(answer, terminal.macKey));
}

const MAC_BYTES = 8;

const CLASSES: Readonly<Record<string, MessageClass>> = {
  '0100': 'authorisation',
  '0120': 'authorisation-advice',
  '0200': 'financial',
  '0220': 'financial-advice',
  '0400': 'reversal',
  '0420': 'reversal-advice',
  '0500': 'reconciliation',
  '0520': 'reconciliation-advice',
  '0800': 'network',
};
