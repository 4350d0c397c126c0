import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { encodeTlv, type TlvInput } from '#kernel/tlv/ber.ts';
import { type Command, STATUS, type StatusWord } from './apdu.ts';
import type { DataObjectList } from './data-object-list.ts';
import type { Counter } from './memory.ts';

/** The answer to SELECT: the name, then what is the application's own. EMV 4.4 Book 1, 11.3.4. */
export function encodeFileControl(aid: Uint8Array, own: readonly TlvInput[]): Uint8Array {
  const children = [
    { tag: '84', value: aid },
    { tag: 'A5', children: own },
  ];
  return encodeTlv([{ tag: '6F', children }]);
}

/**
 * The values that GET PROCESSING OPTIONS brings for the PDOL, or the status word that refuses them.
 * Source: EMV 4.4 Book 3, 6.5.8.
 */
export function readPdolValues(
  { p1, p2, data, expectedBytes }: Command,
  pdol: DataObjectList,
): Result<Uint8Array, StatusWord> {
  if (p1 !== 0 || p2 !== 0) return fail(STATUS.wrongParameters);
  if (data.length !== 2 + pdol.lengthBytes || expectedBytes !== 256) {
    return fail(STATUS.wrongLength);
  }
  if (data[0] !== 0x83 || data[1] !== pdol.lengthBytes) return fail(STATUS.wrongData);
  return ok(data.slice(2));
}

/** Counts a transaction; the status word when none can be counted any more. */
export function countTransaction(counter: Counter): Result<number, StatusWord> {
  const count = counter.increment();
  if (count.ok) return count;
  const isSpent = count.error === 'counter-spent';
  return fail(isSpent ? STATUS.conditionsNotSatisfied : STATUS.memoryFailure);
}

/** An application transaction counter (9F36) as 2 bytes. */
export function encodeCount(count: number): Uint8Array {
  return Uint8Array.of(count >> 8, count & 0xff);
}
