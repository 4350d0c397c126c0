import { encodeAscii } from '../bytes/ascii.ts';
import { concatBytes, equalBytes } from '../bytes/bytes.ts';
import { encodeHex, parseHex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import type { KeyLengthError } from './block-cipher.ts';
import {
  formatKeyBlockHeader,
  type KeyBlockHeader,
  type KeyBlockHeaderError,
  parseKeyBlockHeader,
} from './key-block-header.ts';
import { type BlockProtection, protectionOf } from './key-block-protection.ts';
import { SecretKey } from './secret-key.ts';

/** Why a key block is refused. `offset` counts characters of the block. */
export type KeyBlockError =
  | KeyBlockHeaderError
  | KeyLengthError
  | Malformed<'bad-digit' | 'block-truncated' | 'mac-mismatch' | 'bad-key-data' | 'bad-fill'>;

/** A key and what its block says of it. */
export interface UnwrappedKey {
  readonly header: KeyBlockHeader;
  readonly key: SecretKey;
}

/** The length of the key in bits stands before it, in two bytes. */
const LENGTH_BYTES = 2;

/**
 * Opens a key block with its protection key: 16 or 24 bytes (also 8 for A and C), for D and E 16,
 * 24 or 32. Nothing of the key is given unless the MAC holds. Source: ANSI X9.143:2021, 6; ISO
 * 20038 for version E.
 */
export function unwrapKeyBlock(
  protectionKey: SecretKey,
  block: string,
): Result<UnwrappedKey, KeyBlockError> {
  const read = parseKeyBlockHeader(block);
  if (!read.ok) return read;
  const { header, text } = read.value;
  const protection = protectionOf(header.version, protectionKey);
  if (!protection.ok) return protection;
  const body = parseHex(block.slice(text.length));
  if (!body.ok || /[a-f]/.test(block.slice(text.length))) {
    return malformed('bad-digit', 'block', text.length + (body.ok ? 0 : body.error.offset));
  }
  const { macBytes, blockBytes } = protection.value;
  const sealedBytes = body.value.length - macBytes;
  if (sealedBytes < Math.max(blockBytes, LENGTH_BYTES + 1) || sealedBytes % blockBytes !== 0) {
    return malformed('block-truncated', 'block', block.length);
  }
  const sealed = body.value.subarray(0, sealedBytes);
  const mac = body.value.subarray(sealedBytes);
  const opened = open(protection.value, encodeAscii(text), sealed, mac);
  if (!opened) return malformed('mac-mismatch', 'block', block.length - 2 * macBytes);
  const key = keyOf(opened);
  return key ? ok({ header, key }) : malformed('bad-key-data', 'block', text.length);
}

/**
 * Seals a key into a block. `fill` is random and makes its length, the key and itself whole blocks;
 * X9.143 wants it to hide the length of the key as well.
 */
export function wrapKeyBlock(
  protectionKey: SecretKey,
  header: KeyBlockHeader,
  key: SecretKey,
  fill: Uint8Array,
): Result<string, KeyBlockError> {
  const protection = protectionOf(header.version, protectionKey);
  if (!protection.ok) return protection;
  const { macBytes, blockBytes } = protection.value;
  const bits = key.lengthBytes * 8;
  if (bits === 0 || bits > 0xffff) return malformed('bad-key-data', 'key', key.lengthBytes);
  const clear = concatBytes(Uint8Array.of(bits >> 8, bits & 255), key.reveal(), fill);
  if (clear.length % blockBytes !== 0) return malformed('bad-fill', 'fill', fill.length);
  const text = formatKeyBlockHeader(header, 2 * (clear.length + macBytes));
  if (!text.ok) return text;
  const head = encodeAscii(text.value);
  const { sealed, mac } = seal(protection.value, head, clear);
  return ok(text.value + encodeHex(sealed) + encodeHex(mac));
}

/** How many bytes of fill a key of this length needs at least. */
export function fillBytesFor(version: KeyBlockHeader['version'], keyLengthBytes: number): number {
  const blockBytes = version === 'E' ? 1 : version === 'D' ? 16 : 8;
  return (blockBytes - ((LENGTH_BYTES + keyLengthBytes) % blockBytes)) % blockBytes;
}

/** The clear part, or nothing where the MAC does not hold. */
function open(
  protection: BlockProtection,
  head: Uint8Array,
  sealed: Uint8Array,
  mac: Uint8Array,
): Uint8Array | undefined {
  const { macOver, decipher } = protection;
  if (protection.macCovers === 'sealed') {
    const genuine = equalBytes(macOver(concatBytes(head, sealed)), mac);
    return genuine ? decipher(sealed, head) : undefined;
  }
  const clear = decipher(sealed, mac);
  return equalBytes(macOver(concatBytes(head, clear)), mac) ? clear : undefined;
}

function seal(
  protection: BlockProtection,
  head: Uint8Array,
  clear: Uint8Array,
): { readonly sealed: Uint8Array; readonly mac: Uint8Array } {
  const { macOver, encipher } = protection;
  if (protection.macCovers === 'sealed') {
    const sealed = encipher(clear, head);
    return { sealed, mac: macOver(concatBytes(head, sealed)) };
  }
  const mac = macOver(concatBytes(head, clear));
  return { sealed: encipher(clear, mac), mac };
}

function keyOf(clear: Uint8Array): SecretKey | undefined {
  const bits = (clear[0] ?? 0) * 256 + (clear[1] ?? 0);
  const end = LENGTH_BYTES + bits / 8;
  if (bits === 0 || bits % 8 !== 0 || end > clear.length) return undefined;
  return new SecretKey(clear.subarray(LENGTH_BYTES, end));
}
