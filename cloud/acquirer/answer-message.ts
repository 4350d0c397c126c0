import type { Malformed } from '#kernel/bytes/result.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import { openMessage } from '#kernel/transaction/message-mac.ts';
import type { Acquirer } from './acquirer.ts';
import { buildAnswer } from './answers.ts';
import { authorise, type Received } from './authorise.ts';
import { reverse } from './reverse.ts';
import type { EnrolledTerminal } from './terminal-registry.ts';

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
  if (!opened.ok) return fail({ kind: opened.error.kind, path: opened.error.path });
  const message = opened.value;
  const { 7: transmittedAt, 11: stan, 41: terminalId } = message.fields;
  if (terminalId !== terminal.terminalId) return fail({ kind: 'terminal-mismatch', path: '41' });
  if (typeof transmittedAt !== 'string') return fail({ kind: 'missing-field', path: '7' });
  if (typeof stan !== 'string') return fail({ kind: 'missing-field', path: '11' });
  const key = { terminalId, stan, transmittedAt };
  return answerByType(acquirer, { message, bytes, terminal, key });
}

async function answerByType(
  acquirer: Acquirer,
  received: Received,
): Promise<Result<Uint8Array | null, Dropped>> {
  switch (received.message.mti) {
    case '0100':
      return ok(await authorise(acquirer, received));
    case '0400':
    case '0401':
      return ok(await reverse(acquirer, received));
    case '0800':
      return ok(echo(received.message, received.terminal));
    default:
      return fail({ kind: 'unknown-message-type', path: 'mti' });
  }
}

/** Network management: only the echo test (DE 70, 301) is known. ISO 8583:1987, annex A. */
function echo(message: Message, terminal: EnrolledTerminal): Uint8Array {
  const code = message.fields[70] === '301' ? '00' : '12';
  return buildAnswer(message, { 39: code }, terminal.macKey);
}
