import type { Message } from '#kernel/iso8583/message.ts';
import { atomically, type UnitOfWork } from '../store/database.ts';
import { fingerprintOf } from '../store/secrets.ts';
import type { Acquirer } from './acquirer.ts';
import { buildAnswer } from './answers.ts';
import type { Received } from './authorise.ts';
import { findPrecedent, rememberAnswer } from './idempotency.ts';
import type { EnrolledTerminal } from './terminal-registry.ts';
import { reversalEffect } from './transaction-state.ts';
import { lockTransaction, markUnseen, type TransactionKey, undoSale } from './transactions.ts';

/**
 * Answers an 0400 or 0401. Its original is named by DE 90 and the terminal, and is undone once,
 * however often it is asked for. What it did is committed when it resolves.
 */
export async function reverse(acquirer: Acquirer, received: Received): Promise<Uint8Array | null> {
  const { message, terminal } = received;
  const answer = (code: string) => buildAnswer(message, { 39: code }, terminal.macKey);
  const wanted = readReversal(message, terminal);
  if (!wanted) return answer(FORMAT_ERROR);
  const now = acquirer.now();
  const payloadHash = fingerprintOf(received.bytes, acquirer.tokenKey);
  const identity = { ...received.key, messageClass: 'reversal', payloadHash } as const;
  return atomically(acquirer.db, async (db) => {
    const precedent = await findPrecedent(db, identity);
    if (precedent.kind === 'repeated') return precedent.answer;
    if (precedent.kind === 'conflict') return answer(DUPLICATE);
    const sent = answer(await carryOut(db, wanted, terminal, now));
    await rememberAnswer(db, identity, sent, now);
    return sent;
  });
}

interface WantedReversal {
  readonly original: TransactionKey;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** DE 39: why. */
  readonly reason: string;
}

/** DE 39. ISO 8583:1987, annex A. */
const DONE = '00';
const FORMAT_ERROR = '30';
const WRONG_AMOUNT = '64';
const DUPLICATE = '94';

/** Undoes the original as far as there is something to undo; the response code. */
async function carryOut(
  db: UnitOfWork,
  wanted: WantedReversal,
  terminal: EnrolledTerminal,
  now: Date,
): Promise<string> {
  const { original, amountMinor, currency, reason } = wanted;
  const found = await lockTransaction(db, original);
  if (found && (found.amount_minor !== amountMinor || found.currency !== currency)) {
    return WRONG_AMOUNT;
  }
  const effect = reversalEffect(found?.state);
  switch (effect) {
    case 'mark': {
      const mark = { ...original, amountMinor, currency, reason, receivedAt: now };
      await markUnseen(db, { ...mark, merchantId: terminal.merchantId });
      return DONE;
    }
    case 'undo':
      if (!found?.card_token) throw new Error('an approved payment has a card');
      await undoSale(db, original, { ...found, card_token: found.card_token }, { reason, now });
      return DONE;
    case 'none':
      return DONE;
    default:
      return effect satisfies never;
  }
}

function readReversal({ fields }: Message, terminal: EnrolledTerminal): WantedReversal | undefined {
  const { 4: amount, 39: reason, 42: merchantId, 49: currency, 90: data } = fields;
  if (typeof amount !== 'string' || typeof currency !== 'string' || typeof data !== 'string') {
    return undefined;
  }
  const [, mti, stan, transmittedAt] = /^(\d{4})(\d{6})(\d{10})0{22}$/.exec(data) ?? [];
  if (mti !== '0100' || !stan || !transmittedAt) return undefined;
  if (merchantId !== terminal.merchantId || typeof reason !== 'string') return undefined;
  return {
    original: { terminalId: terminal.terminalId, stan, transmittedAt },
    amountMinor: BigInt(amount),
    currency,
    reason,
  };
}
