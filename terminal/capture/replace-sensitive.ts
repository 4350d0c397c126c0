import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { decodeTlv, encodeTlv, findTag, type Tlv } from '#kernel/tlv/ber.ts';
import { StandIns } from './replace-values.ts';

/** A command and its answer; an empty one is a lost card. */
export interface CapturedPair {
  readonly command: Uint8Array;
  readonly response: Uint8Array;
  readonly elapsedUs: number;
}

/** What was said to the card and by the issuer. */
export interface CapturedData {
  readonly pairs: readonly CapturedPair[];
  /** Issuer data as received: 91, 71, 72. */
  readonly issuerData: Uint8Array;
}

/** An exchange without sensitive data. */
export interface ReplacedData extends CapturedData {
  /** Whether something was replaced that signatures cover. */
  readonly isUnderSignature: boolean;
}

/** Why an exchange cannot be kept without what is sensitive in it. */
export type NotReplaceable =
  /** An answer is not BER-TLV: enciphered, or malformed. What is in it is not known. */
  | 'unreadable-answer'
  /** Scripts of a live issuer are under its keys. */
  | 'issuer-scripts';

const GET_CHALLENGE = '0084';
/** What an enciphered record comes in. Source: Book C-8, as publicly described. */
const ENCIPHERED = 'DA';

/**
 * Replaces what is sensitive in an exchange, the same value in the same way wherever it stands:
 * card numbers, tracks and names, certificates of the card, what the dictionary does not know;
 * cryptograms and signatures too unless all cards are test accounts. `key` is used once and thrown
 * away, so that nothing can be found by trying.
 */
export function replaceSensitive(
  { pairs, issuerData }: CapturedData,
  key: Uint8Array,
): Result<ReplacedData, NotReplaceable> {
  const standIns = new StandIns(key);
  const answers: (readonly Tlv[])[] = [];
  for (const { command, response } of pairs) {
    const objects = objectsOf(command, response);
    if (!objects) return fail('unreadable-answer');
    noteAll(objects, standIns);
    answers.push(objects);
  }
  const host = decodeTlv(issuerData);
  const hasScripts = host.ok && host.value.some(({ tag }) => tag === '71' || tag === '72');
  if (hasScripts && !standIns.areTestAccounts) return fail('issuer-scripts');
  const replaced = pairs.map((pair, i): CapturedPair => {
    const { command, response } = pair;
    const objects = answers[i] ?? [];
    if (objects.length === 0) return pair;
    const format1 =
      objects[0]?.tag === '80' ? format1Answer(command, objects[0], standIns) : undefined;
    const data = encodeTlv(
      format1 ? [format1] : objects.map((one) => replacedObject(one, standIns)),
    );
    return { ...pair, response: concatBytes(data, response.subarray(-2)) };
  });
  const authentication = host.ok ? findTag(host.value, '91')?.value : undefined;
  if (authentication) standIns.ofProof(authentication);
  const values = standIns.replaced();
  return ok({
    pairs: replaced.map((pair) => ({ ...pair, command: withStandIns(pair.command, values) })),
    issuerData: withStandIns(issuerData, values),
    isUnderSignature: standIns.hasReplaced,
  });
}

/** The objects of an answer; none where it has no data, nothing where it cannot be read. */
function objectsOf(command: Uint8Array, response: Uint8Array): readonly Tlv[] | undefined {
  const data = response.subarray(0, -2);
  if (data.length === 0 || encodeHex(command.subarray(0, 2)) === GET_CHALLENGE) return [];
  const decoded = decodeTlv(data);
  // What is not encoded again to the same bytes could not be kept as it is.
  if (!decoded.ok || encodeHex(encodeTlv(decoded.value)) !== encodeHex(data)) return undefined;
  return decoded.value.some(({ tag }) => tag === ENCIPHERED) ? undefined : decoded.value;
}

function noteAll(objects: readonly Tlv[], standIns: StandIns): void {
  for (const { tag, value, children } of objects) {
    if (children) noteAll(children, standIns);
    else standIns.note(tag, value);
  }
}

function replacedObject({ tag, value, children }: Tlv, standIns: StandIns): Tlv {
  if (!children) return { tag, value: standIns.of(tag, value) };
  const inner = children.map((child) => replacedObject(child, standIns));
  return { tag, value: encodeTlv(inner), children: inner };
}

/** CID, ATC, cryptogram, issuer data; or AIP and AFL; or a signature. Book 3, 6.5. */
function format1Answer(command: Uint8Array, { tag, value }: Tlv, standIns: StandIns): Tlv {
  const instruction = command[1];
  if (instruction === 0xa8) return { tag, value };
  if (instruction !== 0xae) return { tag, value: standIns.ofProof(value) };
  const [head, cryptogram, rest] = [
    value.subarray(0, 3),
    value.subarray(3, 11),
    value.subarray(11),
  ];
  return { tag, value: concatBytes(head, standIns.ofProof(cryptogram), rest) };
}

/** Replaces whole values wherever they begin at a byte. */
function withStandIns(
  bytes: Uint8Array,
  values: readonly (readonly [before: string, after: string])[],
): Uint8Array {
  let text = encodeHex(bytes);
  for (const [before, after] of values) {
    for (let at = text.indexOf(before); at >= 0; at = text.indexOf(before, at + 1)) {
      if (at % 2 === 0) text = text.slice(0, at) + after + text.slice(at + before.length);
    }
  }
  return hex(text);
}
