import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { type Command, STATUS } from './apdu.ts';
import type { AppletResponse } from './applet.ts';

/** One exchange that measures how far away the wearable is. */
export interface RelayExchange {
  /** 4 bytes. */
  readonly terminalEntropy: Uint8Array;
  /** The device's entropy (4), its least and most time and the transmission (2 each, 100 us). */
  readonly answer: Uint8Array;
}

/** An answer takes nothing at least, 1 s at most: a program is no secure element. */
const TIMES = hex('0000' + '2710' + '0000');

/**
 * EXCHANGE RELAY RESISTANCE DATA. Source: EMV Contactless Books C-2 and C-8, of which no text is
 * public; public implementations agree on the format.
 */
export function answerRelayExchange(
  { p1, p2, data, expectedBytes }: Command,
  random: (lengthBytes: number) => Uint8Array,
): AppletResponse | RelayExchange {
  if (p1 !== 0 || p2 !== 0) return { status: STATUS.wrongParameters };
  if (data.length !== 4 || expectedBytes !== 256) return { status: STATUS.wrongLength };
  return { terminalEntropy: data, answer: concatBytes(random(4), TIMES) };
}
