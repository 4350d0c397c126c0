import { concatBytes } from '#kernel/bytes/bytes.ts';
import { decodeTlv, findTag } from '#kernel/tlv/ber.ts';
import { type CommandFault, type Fault, type StandingFault, statusBytes } from './fault-plan.ts';
import type { VirtualCard } from './vpcd.ts';

const GET_PROCESSING_OPTIONS = 0xa8;
const GENERATE_CRYPTOGRAM = 0xae;

/** What a wearable remembers of its first payment when it replays it; lives longer than a card. */
export interface Replay {
  answer?: Uint8Array;
}

/**
 * A card that fails as a plan has it: `n-th command` counts from the last reset. What is wrong with
 * the wearable itself (signatures, dates) is not here, but in how it was personalised.
 */
export class FaultyCard implements VirtualCard {
  readonly atr: Uint8Array;
  readonly #card: VirtualCard;
  readonly #faults: readonly Fault[];
  readonly #replay: Replay;
  #commands = 0;
  #delayMs = 0;

  constructor(card: VirtualCard, faults: readonly Fault[], replay: Replay = {}) {
    this.atr = card.atr;
    this.#card = card;
    this.#faults = faults;
    this.#replay = replay;
  }

  transmit(command: Uint8Array): Uint8Array | 'lost' {
    this.#commands += 1;
    const due = this.#faults.filter(
      (fault): fault is CommandFault => 'atCommand' in fault && fault.atCommand === this.#commands,
    );
    this.#delayMs = due.find(({ kind }) => kind === 'slow')?.value ?? 0;
    const inPlace = due.find(({ kind }) => kind === 'lost' || kind === 'status');
    if (inPlace) return inPlace.kind === 'lost' ? 'lost' : statusBytes(inPlace);
    const answer = this.#card.transmit(command);
    if (answer === 'lost' || due.some(({ kind }) => kind === 'lost-after')) return 'lost';
    return due.reduce(spoil, this.#replayed(command, answer));
  }

  /** How long the answer to the last command takes. */
  delayMs(): number {
    return this.#delayMs;
  }

  reset(): void {
    this.#commands = 0;
    this.#card.reset();
  }

  /** In place of a payment's cryptogram that of the first one. */
  #replayed(command: Uint8Array, answer: Uint8Array): Uint8Array {
    const isWanted = this.#faults.some((fault) => fault.kind === 'replay');
    if (!isWanted || !hasCryptogram(command, answer)) return answer;
    this.#replay.answer ??= answer.slice();
    return this.#replay.answer.slice();
  }
}

/** Which defects a plan wants of the wearable itself. */
export function defectsOf(faults: readonly Fault[]) {
  const has = (kind: StandingFault['kind']) => faults.some((fault) => fault.kind === kind);
  return {
    wrongSignature: has('wrong-signature'),
    wrongCertificate: has('wrong-certificate'),
    expiredCertificate: has('expired-certificate'),
    expiredApplication: has('expired-application'),
  };
}

function spoil(answer: Uint8Array, { kind, value }: CommandFault): Uint8Array {
  if (kind === 'cut') return answer.slice(0, value);
  return kind === 'malformed' ? malformed(answer) : answer;
}

/** The same bytes, long ones cut, with a first length (127) that says more than there is. */
function malformed(answer: Uint8Array): Uint8Array {
  if (answer.length <= 3) return concatBytes(Uint8Array.of(0x6f, 0x7f), answer.slice(-2));
  const lengthAt = ((answer[0] ?? 0) & 0x1f) === 0x1f ? 2 : 1;
  const short = answer.slice(0, Math.min(answer.length, 128));
  return concatBytes(short.subarray(0, -2).with(lengthAt, 0x7f), answer.slice(-2));
}

/** Whether an answer carries a cryptogram: that of GENERATE AC does, that of GPO may. */
function hasCryptogram(command: Uint8Array, answer: Uint8Array): boolean {
  if (answer.length <= 2) return false;
  if (command[1] === GENERATE_CRYPTOGRAM) return true;
  if (command[1] !== GET_PROCESSING_OPTIONS) return false;
  const decoded = decodeTlv(answer.subarray(0, -2));
  return decoded.ok && findTag(decoded.value, '9F26') !== undefined;
}
