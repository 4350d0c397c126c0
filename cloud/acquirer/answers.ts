import { encodeAscii } from '#kernel/bytes/ascii.ts';
import type { Message, MessageFields } from '#kernel/iso8583/message.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { sealMessage } from '#kernel/transaction/message-mac.ts';
import { SCORING_TAGS } from '#kernel/transaction/scoring-dataset.ts';
import type { Score } from '../scoring/score.ts';

/** How long the parts of an authorisation took, in microseconds. */
export interface Timings {
  readonly verificationUs: number;
  readonly scoringUs: number;
  /** Until the card's account was read and locked. */
  readonly accountUs: number;
}

/**
 * The answer to a request with its MAC: what the request must find again, and `fields`. Elements
 * that the request lacks are left out.
 */
export function buildAnswer(
  request: Message,
  fields: MessageFields,
  macKey: SecretKey,
): Uint8Array {
  const mti = `${Number(`${request.mti.slice(0, 3)}0`) + 10}`.padStart(4, '0');
  const echoed: Record<number, string | Uint8Array> = {};
  for (const number of ECHOED[mti] ?? []) {
    const value = request.fields[number];
    if (value !== undefined) echoed[number] = value;
  }
  const sealed = sealMessage({ mti, fields: { ...echoed, ...fields } }, macKey);
  if (!sealed.ok) throw new Error(`an answer cannot be encoded: ${sealed.error.path}`);
  return sealed.value;
}

/** DE 61. Without a score there are only the times. */
export function encodeScoringAnswer(
  score: Score | undefined,
  timings: Timings,
  challenge?: Uint8Array,
): Uint8Array {
  const text = (tag: string, value: string) => ({ tag, value: encodeAscii(value) });
  const number = (tag: string, value: number, lengthBytes: 2 | 4) => {
    const bytes = new DataView(new ArrayBuffer(lengthBytes));
    if (lengthBytes === 2) bytes.setUint16(0, value);
    else bytes.setUint32(0, Math.min(Math.max(Math.round(value), 0), 0xffffffff));
    return { tag, value: new Uint8Array(bytes.buffer) };
  };
  const verdict = score && [
    number(SCORING_TAGS.score, score.score, 2),
    text(SCORING_TAGS.tier, score.tier),
    text(SCORING_TAGS.reasons, score.reasons.join(',')),
    text(SCORING_TAGS.requiredMethod, score.requiredMethod),
  ];
  return encodeTlv([
    ...(verdict ?? []),
    ...(challenge ? [{ tag: SCORING_TAGS.challenge, value: challenge }] : []),
    number(SCORING_TAGS.verificationUs, timings.verificationUs, 4),
    number(SCORING_TAGS.scoringUs, timings.scoringUs, 4),
    number(SCORING_TAGS.accountUs, timings.accountUs, 4),
  ]);
}

const ABOUT_MONEY = [3, 4, 7, 11, 12, 13, 25, 41, 42, 49, 90];
const TOTALS = [7, 11, 41, 42, 50];

/** What an answer repeats of its request, where it is there. */
const ECHOED: Readonly<Record<string, readonly number[]>> = {
  '0110': ABOUT_MONEY,
  '0130': ABOUT_MONEY,
  '0210': ABOUT_MONEY,
  '0230': ABOUT_MONEY,
  '0410': ABOUT_MONEY,
  '0430': ABOUT_MONEY,
  '0510': TOTALS,
  '0530': TOTALS,
  '0810': [7, 11, 41, 70],
};
