import { encodeAscii } from '../../bytes/ascii.ts';
import { sharedBits, tell } from '../decision.ts';
import { onlineCapability } from '../terminal-type.ts';
import type { ContactTransaction } from './contact-transaction.ts';

/** What a terminal asks for, and what a card gives; lowest to highest. */
export type CryptogramType = 'AAC' | 'ARQC' | 'TC';

type ActionCode = 'denial' | 'online' | 'default';

/** Tag of the issuer's code and what stands in for it where the card has none. */
const ISSUER_CODES: Readonly<Record<ActionCode, readonly [tag: string, missing: number]>> = {
  denial: ['9F0E', 0x00],
  online: ['9F0F', 0xff],
  default: ['9F0D', 0xff],
};

/**
 * What to ask the card for first, by the TVR and the action codes of issuer and terminal; sets the
 * authorisation response code (8A) where the decision is made offline. An offline-only terminal
 * skips the online codes, as the book allows. Source: EMV 4.4 Book 3, 10.7; Book 4, 6.3.6.
 */
export function analyseTerminalAction(transaction: ContactTransaction): CryptogramType {
  const decision = decide(transaction);
  if (decision !== 'ARQC') setResponseCode(transaction, decision === 'TC' ? 'Y1' : 'Z1');
  const { input, data } = transaction;
  tell(input.trace, { step: 'terminal-action-analysis', result: decision }, data);
  return decision;
}

function decide(transaction: ContactTransaction): CryptogramType {
  if (isIndicated(transaction, 'denial')) return 'AAC';
  const capability = onlineCapability(transaction.data.get('9F35'));
  if (capability === 'online-only') return 'ARQC';
  if (capability === 'offline-only') return isIndicated(transaction, 'default') ? 'AAC' : 'TC';
  return isIndicated(transaction, 'online') ? 'ARQC' : 'TC';
}

/**
 * What to ask the card for when the issuer could not be asked, by the default codes; sets 8A.
 * Source: Book 3, 10.7.
 */
export function analyseUnableToGoOnline(transaction: ContactTransaction): 'AAC' | 'TC' {
  const isRejected = isIndicated(transaction, 'default');
  setResponseCode(transaction, isRejected ? 'Z3' : 'Y3');
  const result = isRejected ? 'AAC' : 'TC';
  tell(transaction.input.trace, { step: 'terminal-action-analysis', result }, transaction.data);
  return result;
}

/** Whether a bit is set both in the TVR and in the codes of issuer or terminal. */
export function isIndicated(
  { data, application, input }: ContactTransaction,
  code: ActionCode,
): boolean {
  const [tag, missing] = ISSUER_CODES[code];
  const issuer = data.get(tag) ?? new Uint8Array(5).fill(missing);
  const terminal = application.actionCodes[code] ?? new Uint8Array(5);
  const results = data.get('95') ?? new Uint8Array(5);
  const matched = [issuer, terminal].map((bits) => sharedBits(results, bits));
  for (const [i, bits] of matched.entries()) {
    const result = `${i === 0 ? 'IAC' : 'TAC'} ${code}`;
    tell(input.trace, { step: 'action-codes', result, matched: bits });
  }
  return matched.some((bits) => bits.some((byte) => byte !== 0));
}

/** Sets the authorisation response code (8A), two characters. Source: Book 4, A6. */
export function setResponseCode({ data }: ContactTransaction, code: string): void {
  data.set('8A', encodeAscii(code));
}
