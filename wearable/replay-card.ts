import { equalBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { buildResponse, STATUS } from './apdu.ts';

/** One recorded command and its response. */
export interface RecordedPair {
  readonly command: Uint8Array;
  readonly response: Uint8Array;
}

/**
 * Where a reader first did something else than was recorded. Holds what was sent: test data only.
 */
export interface Divergence {
  /** How many commands agreed before. */
  readonly index: number;
  readonly received: Uint8Array;
  /** Absent when the record was over. */
  readonly expected?: Uint8Array;
}

/**
 * A card that serves a recorded exchange strictly: its n-th command must be the recorded one, byte
 * for byte. From the first that is not, everything is answered 6F00.
 */
export class ReplayCard {
  readonly atr: Uint8Array = hex('3B80800101');
  readonly #exchange: readonly RecordedPair[];
  #served = 0;
  #divergence: Divergence | undefined;

  constructor(exchange: readonly RecordedPair[]) {
    this.#exchange = exchange;
  }

  /** How many commands were served as recorded. */
  get served(): number {
    return this.#served;
  }

  /** The first departure from the record, if there was one. */
  get divergence(): Divergence | undefined {
    return this.#divergence;
  }

  transmit(command: Uint8Array): Uint8Array {
    const pair = this.#exchange[this.#served];
    if (!this.#divergence && pair && equalBytes(pair.command, command)) {
      this.#served += 1;
      return pair.response.slice();
    }
    this.#divergence ??= {
      index: this.#served,
      received: command.slice(),
      ...(pair && { expected: pair.command }),
    };
    return buildResponse(STATUS.failed);
  }

  /** Nothing: a reader powers a card several times before it speaks to it. */
  reset(): void {}
}
