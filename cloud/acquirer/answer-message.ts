import type { Malformed } from '#kernel/bytes/result.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { findMessageForm, firstTime } from '#kernel/transaction/message-kinds.ts';
import { openMessage } from '#kernel/transaction/message-mac.ts';
import type { Acquirer } from './acquirer.ts';
import { buildAnswer } from './answers.ts';
import { authorise } from './authorise.ts';
import { followUp } from './follow-up.ts';
import { manageNetwork } from './manage-network.ts';
import type { Received } from './received.ts';
import { reconcile } from './reconcile.ts';
import { reverse } from './reverse.ts';
import { type EnrolledTerminal, promoteMacKey } from './terminal-registry.ts';

/** Why a message gets no answer: which kind of fault, and where in the message. */
export type Dropped = Pick<Malformed, 'kind' | 'path'>;

/**
 * Answers one message of a terminal; null when there is an answer that must not go out. What cannot
 * be trusted to come from this terminal is dropped. Rejects when the database failed.
 */
export async function answerMessage(
  acquirer: Acquirer,
  terminal: EnrolledTerminal,
  bytes: Uint8Array,
): Promise<Result<Uint8Array | null, Dropped>> {
  const opened = openMessage(bytes, terminal.macKey);
  const next = opened.ok ? undefined : await takeNextKey(acquirer, terminal, bytes);
  if (next) return answerMessage(acquirer, next, bytes);
  if (!opened.ok) return fail({ kind: opened.error.kind, path: opened.error.path });
  const message = opened.value;
  const { 7: transmittedAt, 11: stan, 41: terminalId } = message.fields;
  if (terminalId !== terminal.terminalId) return fail({ kind: 'terminal-mismatch', path: '41' });
  if (typeof transmittedAt !== 'string') return fail({ kind: 'missing-field', path: '7' });
  if (typeof stan !== 'string') return fail({ kind: 'missing-field', path: '11' });
  const key = { terminalId, stan, transmittedAt };
  return answerByType(acquirer, { message, bytes, terminal, key });
}

/**
 * The first message under a new MAC key makes it the key: until then the terminal may not have got
 * it. The terminal with its new key; `undefined` when this is no such message.
 */
async function takeNextKey(
  acquirer: Acquirer,
  terminal: EnrolledTerminal,
  bytes: Uint8Array,
): Promise<EnrolledTerminal | undefined> {
  const { nextMacKey } = terminal;
  if (!nextMacKey || !openMessage(bytes, nextMacKey).ok) return undefined;
  await promoteMacKey(acquirer.db, terminal.terminalId, acquirer.now());
  const { nextMacKey: _, ...rest } = terminal;
  return { ...rest, macKey: nextMacKey };
}

async function answerByType(
  acquirer: Acquirer,
  received: Received,
): Promise<Result<Uint8Array | null, Dropped>> {
  switch (firstTime(received.message.mti)) {
    case '0100':
    case '0120':
    case '0200':
    case '0220':
      return ok(await answerAboutMoney(acquirer, received));
    case '0400':
    case '0420':
      return ok(await reverse(acquirer, received));
    case '0500':
    case '0520':
      return ok(await reconcile(acquirer, received));
    case '0800':
      return ok(await manageNetwork(acquirer, received));
    default:
      return fail({ kind: 'unknown-message-type', path: 'mti' });
  }
}

/** DE 39, invalid transaction, and not permitted to this terminal. ISO 8583:1987, annex A. */
const INVALID_TRANSACTION = '12';
const NOT_SIGNED_ON = '58';

async function answerAboutMoney(
  acquirer: Acquirer,
  received: Received,
): Promise<Uint8Array | null> {
  const { message, terminal } = received;
  const refuse = (code: string) => buildAnswer(message, { 39: code }, terminal.macKey);
  const form = findMessageForm(message);
  if (!form) return refuse(INVALID_TRANSACTION);
  if (terminal.isSignedOff) return refuse(NOT_SIGNED_ON);
  switch (form.kind) {
    case 'purchase':
    case 'preauthorisation':
    case 'advice':
    case 'balance':
      return authorise(acquirer, received, form.kind);
    case 'increment':
    case 'completion':
    case 'refund':
    case 'void':
      return followUp(acquirer, received, form.kind);
    default:
      return form.kind satisfies never;
  }
}
