import { encodeAscii } from '../../../bytes/ascii.ts';
import { decodeBcd, encodeBcd } from '../../../bytes/bcd.ts';
import { concatBytes } from '../../../bytes/bytes.ts';
import { hex } from '../../../bytes/hex.ts';
import { encodeTlv } from '../../../tlv/ber.ts';
import { UI_MESSAGES, UI_STATUSES, type UiRequest } from '../../../transaction/ui-request.ts';
import type { ContactlessOutcome } from '../outcome.ts';
import { encodeOutcomeParameterSet } from '../outcome-parameter-set.ts';
import type { DataObjects } from './data-objects.ts';
import { type Kernel8Fault, L1, L2 } from './fault.ts';
import { parseTagList } from './static-data.ts';

/**
 * What the data record holds, as far as it is there. The book's own list (table A.11) is not
 * public: this one is what kernel 2 gives, with what kernel 8 adds for the issuer.
 */
const DATA_RECORD = [
  ['9F02', '9F03', '9F26', '5F24', '82', '50', '5A', '5F34', '57', '9F12', '9F36', '9F07'],
  ['9F09', '9F27', '9F34', '84', '9F06', '9F1E', '9F10', '9F11', '9F19', '9F24', '9F33', '9F1A'],
  ['9F35', '95', '5F2A', '9A', '9F21', '9C', '9F37', '9F0A', '9F8106', '9F1D', '9F40', '9F15'],
].flat();

/** An error message that is not shown. */
const NO_MESSAGE = 0xff;

/** The objects for authorisation and clearing (the contents of BF8102). */
export function dataRecordOf(data: DataObjects): ReadonlyMap<string, Uint8Array> {
  return picked(data, DATA_RECORD);
}

/** The error indication (9F8204), 6 bytes: levels 1 to 3, status word, message. */
export function encodeErrorIndication(
  { l1, l2, statusWord }: Pick<Kernel8Fault, 'l1' | 'l2' | 'statusWord'>,
  message: UiRequest['message'] | undefined,
): Uint8Array {
  const identifier = message === undefined ? NO_MESSAGE : UI_MESSAGES[message];
  return concatBytes(Uint8Array.of(l1, l2, 0), hex(statusWord), Uint8Array.of(identifier));
}

/** The error indication of a transaction that came to its end. */
export const NO_ERROR = { l1: L1.none, l2: L2.none, statusWord: '0000' } as const;

/**
 * The outcome with its discretionary data: what the configuration lists (9F821F) and the error
 * indication (the contents of BF8103); beside them what the OUT signal states itself, the outcome
 * parameter set (9F8210) and the user interface requests (9F8205, 9F8219), and for the terminal
 * what it wanted read (BF8101). Source: Book C-8 v1.1, 2.2.4 (table 2.4) and A.1.52, by
 * Digrol/Denom.
 */
export function withDiscretionaryData(
  outcome: ContactlessOutcome,
  data: DataObjects,
): ContactlessOutcome {
  const listed = parseTagList(data.get('9F821F') ?? new Uint8Array(0)) ?? [];
  const [first, second] = [outcome.uiOnOutcome, outcome.uiOnRestart].filter((ui) => ui);
  const toSend = encodeDataToSend(data);
  const discretionaryData = new Map([
    ...picked(data, [...listed, '9F8204']),
    ...entry('9F8205', first && encodeUiRequest(first)),
    ...entry('9F8219', second && encodeUiRequest(second)),
    ...entry('BF8101', toSend),
  ]);
  const whole = { ...outcome, discretionaryData };
  discretionaryData.set('9F8210', encodeOutcomeParameterSet(whole));
  return whole;
}

/** Data To Send (BF8101): the tags to read (9F8203), with no value where the card had none. */
function encodeDataToSend(data: DataObjects): Uint8Array | undefined {
  const tags = parseTagList(data.get('9F8203') ?? new Uint8Array(0)) ?? [];
  if (tags.length === 0) return undefined;
  return encodeTlv(tags.map((tag) => ({ tag, value: data.get(tag) ?? new Uint8Array(0) })));
}

/** A user interface request as kernel 8 has it, 13 bytes. Source: C-8, A.1.143. */
function encodeUiRequest({ message, status, holdTime = 0, language = '' }: UiRequest): Uint8Array {
  const encoded = new Uint8Array(13);
  encoded.set([UI_MESSAGES[message], UI_STATUSES[status]]);
  encoded.set(encodeBcd(String(holdTime).padStart(6, '0')), 2);
  encoded.set(encodeAscii(language), 5);
  return encoded;
}

/** Message Hold Time (9F8211), in hundreds of milliseconds. */
export function messageHoldTime(data: DataObjects): number {
  const digits = decodeBcd(data.get('9F8211') ?? new Uint8Array(0));
  return digits.ok ? Number(digits.value) : 0;
}

/** The objects that are there, each under the tag that the mapping list (9F8221) gives it. */
function picked(data: DataObjects, tags: readonly string[]): Map<string, Uint8Array> {
  const mapping = parseTagList(data.get('9F8221') ?? new Uint8Array(0)) ?? [];
  const mapped = (tag: string): string => {
    const at = mapping.findIndex((one, i) => i % 2 === 0 && one === tag);
    return (at < 0 ? undefined : mapping[at + 1]) ?? tag;
  };
  return new Map(tags.flatMap((tag) => entry(mapped(tag), data.get(tag))));
}

function entry(tag: string, value: Uint8Array | undefined): (readonly [string, Uint8Array])[] {
  return value ? [[tag, value]] : [];
}
