import { equalBytes } from '../bytes/bytes.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import {
  decodeMessage,
  encodeMessage,
  type Message,
  type MessageError,
} from '../iso8583/message.ts';
import { TESSERA_HOST } from '../iso8583/specs/tessera-host.ts';
import { retailMac } from '../keys/mac.ts';
import type { SecretKey } from '../keys/secret-key.ts';

const MAC_BYTES = 8;

/**
 * Encodes a message of the Tessera host link with its MAC: ISO 9797-1 algorithm 3, padding 2, over
 * everything before the MAC, which is the last data element of its bitmap (DE 64 or DE 128).
 */
export function sealMessage(message: Message, macKey: SecretKey): Result<Uint8Array> {
  const numbers = Object.keys(message.fields).map(Number);
  const macField = numbers.some((number) => number > 64) ? 128 : 64;
  const fields = { ...message.fields, [macField]: new Uint8Array(MAC_BYTES) };
  const encoded = encodeMessage(TESSERA_HOST, { mti: message.mti, fields });
  if (!encoded.ok) return encoded;
  const covered = encoded.value.length - MAC_BYTES;
  const mac = retailMac(macKey, encoded.value.subarray(0, covered), 2);
  if (!mac.ok) return mac;
  encoded.value.set(mac.value, covered);
  return encoded;
}

/**
 * Decodes a message and checks its MAC. Errors: those of the codec, and `mac-mismatch` when the MAC
 * is wrong or absent.
 */
export function openMessage(
  bytes: Uint8Array,
  macKey: SecretKey,
): Result<Message, MessageError | Malformed<'mac-mismatch' | 'bad-key-length'>> {
  const decoded = decodeMessage(TESSERA_HOST, bytes);
  if (!decoded.ok) return decoded;
  const { fields } = decoded.value;
  const last = Math.max(...Object.keys(fields).map(Number));
  const mac = fields[last];
  const covered = bytes.subarray(0, Math.max(bytes.length - MAC_BYTES, 0));
  const expected = retailMac(macKey, covered, 2);
  if (!expected.ok) return expected;
  const isMac = (last === 64 || last === 128) && mac instanceof Uint8Array;
  if (isMac && equalBytes(mac, expected.value)) return ok(decoded.value);
  return malformed('mac-mismatch', `${last}`, covered.length);
}

/** An encoded message with its MAC made anew under another key. The message must end in a MAC. */
export function resealMessage(
  sealed: Uint8Array,
  macKey: SecretKey,
): Result<Uint8Array, Malformed<'bad-key-length'>> {
  const bytes = sealed.slice();
  const covered = Math.max(bytes.length - MAC_BYTES, 0);
  const mac = retailMac(macKey, bytes.subarray(0, covered), 2);
  if (!mac.ok) return mac;
  bytes.set(mac.value, covered);
  return ok(bytes);
}
