import { concatBytes, equalBytes } from '#kernel/bytes/bytes.ts';
import { type Command, STATUS, type StatusWord } from '../apdu.ts';
import { pinOfBlock } from '../pin-block.ts';
import type { RsaKey } from '../pki/rsa-key.ts';
import type { StateStore } from '../state.ts';

/** What VERIFY came to. */
export interface PinVerification {
  readonly status: StatusWord;
  /** Whether a PIN was compared, and was right. */
  readonly outcome: 'not-tried' | 'right' | 'wrong';
}

const PLAIN = 0x80;
const ENCIPHERED = 0x88;
const BLOCK_BYTES = 8;
const HEADER = 0x7f;

/**
 * Compares an offline PIN, plain or enciphered for `key` with the last `challenge`. A try is taken
 * away before the comparison, so that a loss of power gives none back.
 * Source: EMV 4.4 Book 3, 6.5.12; Book 2, 7.2.
 */
export function verifyPin(
  { p1, p2, data, expectedBytes }: Command,
  store: StateStore,
  pinTries: number,
  key: RsaKey | undefined,
  challenge: Uint8Array | undefined,
): PinVerification {
  const refuse = (status: StatusWord): PinVerification => ({ status, outcome: 'not-tried' });
  if (p1 !== 0 || (p2 !== PLAIN && p2 !== ENCIPHERED)) return refuse(STATUS.wrongParameters);
  const length = p2 === PLAIN ? BLOCK_BYTES : key?.publicKey.modulus.length;
  if (data.length !== length || expectedBytes !== undefined) return refuse(STATUS.wrongLength);
  const state = store.read();
  if (!state.ok) return refuse(STATUS.memoryFailure);
  const { pin, pinTriesLeft } = state.value;
  if (pin === '') return refuse(STATUS.referenceDataUnusable);
  if (pinTriesLeft === 0) return refuse(STATUS.methodBlocked);
  if (p2 === ENCIPHERED && !challenge) return refuse(STATUS.conditionsNotSatisfied);
  const left = pinTriesLeft - 1;
  if (!store.update({ pinTriesLeft: left }).ok) return refuse(STATUS.memoryFailure);
  const block = p2 === PLAIN ? data : decipherBlock(key?.decipher(data), challenge);
  if (!isSame(pin, block && pinOfBlock(block))) {
    return { status: `63C${left.toString(16).toUpperCase()}`, outcome: 'wrong' };
  }
  if (!store.update({ pinTriesLeft: pinTries }).ok) return refuse(STATUS.memoryFailure);
  return { status: STATUS.done, outcome: 'right' };
}

/** 7F, the PIN block, the challenge, filling. EMV 4.4 Book 2, table 25. */
function decipherBlock(
  recovered: Uint8Array | undefined,
  challenge: Uint8Array | undefined,
): Uint8Array | undefined {
  if (!recovered || !challenge || recovered[0] !== HEADER) return undefined;
  const echoed = recovered.subarray(1 + BLOCK_BYTES, 1 + BLOCK_BYTES + challenge.length);
  return equalBytes(echoed, challenge) ? recovered.subarray(1, 1 + BLOCK_BYTES) : undefined;
}

/** Compares two PINs in a time that does not depend on where they differ. */
function isSame(pin: string, tried: string | undefined): boolean {
  if (tried === undefined) return false;
  const bytes = (text: string) => concatBytes(new TextEncoder().encode(text.padEnd(12, 'F')));
  return equalBytes(bytes(pin), bytes(tried));
}
