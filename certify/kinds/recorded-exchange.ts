import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import type { VectorInput } from '../vector-input.ts';

/** A command and what the card answered, at the level of APDUs. */
export interface RecordedPair {
  /** Upper-case hex, or `*` for any command. */
  readonly command: string;
  /** Empty: the card was lost. */
  readonly response: Uint8Array;
  /** How long the answer took, for relay resistance. */
  readonly elapsedUs?: number;
  /** Its place in the recording. */
  readonly index: number;
}

/** A recording of a card. */
export interface Recording {
  readonly pairs: readonly RecordedPair[];
  /** Taken below T=0, where a command that has data goes out without the length of its answer. */
  readonly isT0: boolean;
}

const GET_RESPONSE = /^..C00000..$/;

/**
 * Reads the exchange of a vector. A recording of a T=0 card shows how its answers were fetched
 * (61xx and GET RESPONSE, 6Cxx and the command again, a warning and GET RESPONSE): each such run
 * becomes the one APDU it is. Source: EMV Contact Interface Specification, T=0; ISO/IEC 7816-4.
 */
export function readRecording(input: VectorInput): Recording {
  const raw = input.objects('exchange').map((pair, index) => ({
    command: pair.text('command').toUpperCase(),
    response: pair.bytes('response'),
    ...(pair.has('elapsedUs') && { elapsedUs: pair.count('elapsedUs') }),
    index,
  }));
  const pairs: RecordedPair[] = [];
  let isT0 = false;
  for (let at = 0; at < raw.length; ) {
    const first = raw[at];
    if (!first) break;
    const { pair, used } = foldRun(first, raw.slice(at + 1));
    pairs.push(pair);
    isT0 ||= used > 0;
    at += 1 + used;
  }
  return { pairs, isT0 };
}

/** Whether a command of the kernel is the recorded one. */
export function isRecorded({ command }: RecordedPair, sent: Uint8Array, isT0: boolean): boolean {
  if (command === '*') return true;
  const whole = encodeHex(sent);
  if (command === whole) return true;
  const hasDataAndLe = sent.length > 5 && sent.length === 6 + (sent[4] ?? 0);
  return isT0 && hasDataAndLe && command === whole.slice(0, -2);
}

/** Joins an exchange with those that only fetch its answer; `used` is how many they are. */
function foldRun(
  first: RecordedPair,
  following: readonly RecordedPair[],
): { readonly pair: RecordedPair; readonly used: number } {
  let data: Uint8Array = new Uint8Array(0);
  let { response } = first;
  let command = first.command;
  let warning: Uint8Array | undefined;
  let used = 0;
  for (const next of following) {
    const [sw1 = 0, sw2 = 0] = response.subarray(-2);
    const fetches = GET_RESPONSE.test(next.command);
    const repeats =
      sw1 === 0x6c && next.command === command.slice(0, 8) + encodeHex(Uint8Array.of(sw2));
    const warns = (sw1 === 0x62 || sw1 === 0x63) && response.length === 2;
    if (!repeats && !(fetches && (sw1 === 0x61 || warns))) break;
    if (warns) warning = response;
    else if (sw1 === 0x61) data = concatBytes(data, response.subarray(0, -2));
    ({ response, command } = next);
    used += 1;
  }
  const isWarned = warning !== undefined && encodeHex(response.subarray(-2)) === '9000';
  const answer = isWarned ? concatBytes(response.subarray(0, -2), warning ?? response) : response;
  return { pair: { ...first, response: concatBytes(data, answer) }, used };
}
