import type { Candidate } from './combination-selection.ts';
import type { ContactlessInput } from './input.ts';

/** What a kernel is given of the application it serves (EMV Contactless Book B, 3.4). */
export interface KernelActivation {
  readonly input: ContactlessInput;
  readonly candidate: Candidate;
  /** Data of the answer to the final SELECT. */
  readonly fci: Uint8Array;
  readonly unpredictableNumber: Uint8Array;
}
