import { ok } from '../../bytes/result.ts';
import { decodeTlv } from '../../tlv/ber.ts';
import { getData } from '../apdu.ts';
import { type ContactStep, exchange } from './contact-transaction.ts';

/** Lengths of what GET DATA is asked for. */
const LENGTHS = { '9F13': 2, '9F17': 1, '9F36': 2 } as const;

/**
 * A counter that the card gives by GET DATA: last online ATC register (9F13), PIN try counter
 * (9F17), ATC (9F36); `undefined` where it gives none or one that is malformed. Source: EMV 4.4
 * Book 3, 6.5.7 and 7.3.
 */
export function* readCounter(tag: keyof typeof LENGTHS): ContactStep<Uint8Array | undefined> {
  const answer = yield* exchange(getData(tag));
  if (!answer.ok) return answer;
  if (answer.value.statusWord !== '9000') return ok(undefined);
  const decoded = decodeTlv(answer.value.data);
  const [object, ...others] = decoded.ok ? decoded.value : [];
  const isWanted = object?.tag === tag && others.length === 0;
  return ok(isWanted && object.value.length === LENGTHS[tag] ? object.value : undefined);
}
