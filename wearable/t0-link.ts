import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';

const GET_RESPONSE = 0xc0;
/** SELECT, GET PROCESSING OPTIONS, INTERNAL AUTHENTICATE, GENERATE AC: data goes both ways. */
const CASE_4: readonly number[] = [0xa4, 0xa8, 0x88, 0xae];
const NOTHING_TO_GET = hex('6985');
const WRONG_LENGTH = hex('6700');

interface Card {
  transmit(command: Uint8Array): Uint8Array;
  reset(): void;
}

/**
 * A wearable that speaks T=0: after a command with data its answer waits for GET RESPONSE (61xx),
 * and a wrong expected length is answered with the right one (6Cxx).
 * Source: EMV 4.4 Book 1, 9.2.3 and annex A.
 */
export function overT0<C extends Card>(wearable: C): C {
  let waiting: Uint8Array | undefined;
  const transmit = (command: Uint8Array): Uint8Array => {
    const [cla, ins, , , p3] = command;
    if (ins === GET_RESPONSE && cla === 0x00) return give(command);
    waiting = undefined;
    if (p3 === undefined) return wearable.transmit(command);
    if (command.length === 5) return giveAsked(wearable.transmit(command.with(4, 0)), p3);
    const isCase4 = ins !== undefined && CASE_4.includes(ins) && command.length === 5 + p3;
    const sent = isCase4 ? concatBytes(command, Uint8Array.of(0)) : command;
    const answer = wearable.transmit(sent);
    if (answer.length === 2) return answer;
    waiting = answer;
    return Uint8Array.of(0x61, (answer.length - 2) & 0xff);
  };
  const give = (command: Uint8Array): Uint8Array => {
    if (command.length !== 5) return WRONG_LENGTH;
    if (!waiting) return NOTHING_TO_GET;
    const answer = giveAsked(waiting, command[4] ?? 0);
    if (answer.length > 2) waiting = undefined;
    return answer;
  };
  return {
    ...wearable,
    transmit,
    reset: () => {
      waiting = undefined;
      wearable.reset();
    },
  };
}

/** The answer, when as many bytes were asked for as there are; else how many there are. */
function giveAsked(answer: Uint8Array, length: number): Uint8Array {
  const there = answer.length - 2;
  if (there === 0 || (length || 256) === there) return answer;
  return Uint8Array.of(0x6c, there & 0xff);
}
