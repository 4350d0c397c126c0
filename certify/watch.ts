import type { Trace } from '#kernel/emv/decision.ts';

/** Somebody who watches a vector being run. */
export interface ReplayWatch {
  /** Is told each decision of the kernel. */
  readonly decided: Trace;
  /** An APDU that went to the recorded card, and its answer; an empty one is a lost card. */
  exchanged(command: Uint8Array, response: Uint8Array): void;
}
