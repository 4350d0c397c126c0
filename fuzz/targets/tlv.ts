import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { decodeTlv, encodeTlv } from '#kernel/tlv/ber.ts';
import { buildDol, parseDol } from '#kernel/tlv/dol.ts';
import { bytesOf } from '../corpus.ts';
import { type FuzzTarget, mustHold } from '../target.ts';

/** A PPSE answer and a record. */
const OBJECTS = [
  '6F2D840E325041592E5359532E4444463031A51BBF0C1861164F07A0000000031010' +
    '500B56495341204352454449549F',
  '70125A0847617390010100109F3602002195050000008000',
].map(hex);

/** `decodeTlv` and `encodeTlv`. */
export const tlvDecode: FuzzTarget = {
  name: 'tlv-decode',
  summary: 'every input is decoded or refused; what was decoded encodes to the same bytes',
  corpus: () => [...OBJECTS, ...bytesOf('tlv.decode', 'hex')],
  run(input) {
    const decoded = decodeTlv(input);
    if (!decoded.ok) {
      mustHold(decoded.error.offset <= input.length, 'the offset lies within the input');
      return;
    }
    // Padding that has no object beside it is lost.
    if (decoded.value.length === 0) return;
    const again = encodeHex(encodeTlv(decoded.value));
    mustHold(again === encodeHex(input), 'what was decoded encodes to the same bytes');
  },
};

/** `parseDol` and `buildDol`. */
export const dol: FuzzTarget = {
  name: 'dol',
  summary: 'every list is read or refused; what is built has the length the list asks for',
  corpus: () => [
    hex('9F66049F02069F03069F1A0295055F2A029A039C019F3704'),
    ...bytesOf('dol.build', 'dol'),
  ],
  run(input) {
    const list = parseDol(input);
    if (!list.ok) return;
    const built = buildDol(
      list.value,
      (tag) => hex(tag.repeat(3)),
      () => 'n',
    );
    const wanted = list.value.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    mustHold(built.length === wanted, `built ${encodeHex(built).length / 2} bytes of ${wanted}`);
  },
};
