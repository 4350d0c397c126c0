import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { deriveAesWorkingKey } from '#kernel/keys/dukpt-aes.ts';
import { deriveTdesTransactionKey } from '#kernel/keys/dukpt-tdes.ts';
import { unwrapKeyBlock } from '#kernel/keys/key-block.ts';
import { formatKeyBlockHeader, parseKeyBlockHeader } from '#kernel/keys/key-block-header.ts';
import { nextAesKsn, nextTdesKsn, parseAesKsn, parseTdesKsn } from '#kernel/keys/ksn.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import { decodePinBlock, encodePinBlock } from '#kernel/keys/pin-block.ts';
import { decipherPinBlock } from '#kernel/keys/pin-block-format4.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { hexesOf, textsOf, utf8 } from '../corpus.ts';
import { type FuzzTarget, mustHold } from '../target.ts';

const KEY = new SecretKey(hex('0123456789ABCDEFFEDCBA9876543210'));
const PAN = expectOk(parsePan('4761739001010010'));

/** `parseKeyBlockHeader` and `unwrapKeyBlock`. The protection key is none of the corpus's. */
export const keyBlock: FuzzTarget = {
  name: 'key-block',
  summary: 'every header is read or refused, and can be written; no block opens with another key',
  corpus: () => textsOf('key-block.unwrap', 'block').map(utf8),
  run(input) {
    const block = new TextDecoder().decode(input);
    mustHold(!unwrapKeyBlock(KEY, block).ok, 'nothing opens with another key');
    const read = parseKeyBlockHeader(block);
    if (!read.ok) {
      mustHold(read.error.offset <= block.length, 'the offset lies within the block');
      return;
    }
    const written = formatKeyBlockHeader(read.value.header, 0);
    // A block that only just fits may not when its extended lengths are written our way.
    mustHold(written.ok || written.error.kind === 'bad-block-length', 'what was read is written');
  },
};

/** `decodePinBlock` in all formats, the first byte apart. */
export const pinBlock: FuzzTarget = {
  name: 'pin-block',
  summary: 'every block gives a PIN of 4 to 12 digits or is refused; a PIN encodes to its block',
  corpus: () => hexesOf('pin-block.decode', 'block', () => true),
  run(input) {
    for (const format of [0, 1, 2, 3] as const) {
      const pin = decodePinBlock(format, input, PAN);
      if (!pin.ok) continue;
      mustHold(/^\d{4,12}$/.test(pin.value), 'a PIN is 4 to 12 digits');
      if (format === 1 || format === 3) continue;
      const block = expectOk(encodePinBlock({ format, pin: pin.value, pan: PAN }));
      mustHold(encodeHex(block) === encodeHex(input), 'the PIN encodes to the same block');
    }
    const pin = decipherPinBlock(input, PAN, KEY);
    mustHold(!pin.ok || /^\d{4,12}$/.test(pin.value), 'a PIN is 4 to 12 digits');
  },
};

/** `parseTdesKsn`, `parseAesKsn`, what follows them and what is derived with them. */
export const ksn: FuzzTarget = {
  name: 'ksn',
  summary: 'every serial number is read or refused; the next one can be used or there is none',
  corpus: () => [
    ...hexesOf('dukpt.tdes', 'ksn', () => true),
    ...hexesOf('dukpt.aes', 'ksn', () => true),
  ],
  run(input) {
    const tdes = parseTdesKsn(input);
    const nextTdes = tdes.ok ? nextTdesKsn(tdes.value) : tdes;
    if (nextTdes.ok) mustHold(deriveTdesTransactionKey(KEY, nextTdes.value).ok, 'TDES derives');
    const aes = parseAesKsn(input);
    const nextAes = aes.ok ? nextAesKsn(aes.value) : aes;
    if (!nextAes.ok) return;
    mustHold(deriveAesWorkingKey(KEY, nextAes.value, 'pin', 'aes128').ok, 'AES derives');
  },
};
