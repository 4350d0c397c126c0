import type { KernelStep } from '../../transaction/commands.ts';
import type { IssuerData } from '../contact/issuer-data.ts';
import type { Candidate } from './combination-selection.ts';
import type { ContactlessInput } from './input.ts';
import type { ContactlessOutcome, TagStore } from './outcome.ts';
import type { PreparedCombination } from './pre-processing.ts';

/** What a kernel is given of the application it serves (EMV Contactless Book B, 3.4). */
export interface KernelActivation {
  readonly input: ContactlessInput;
  /** With the pre-processing indicators, and in `data` the TTQ (9F66) as pre-processing left it. */
  readonly combination: PreparedCombination;
  readonly candidate: Candidate;
  /** Data of the answer to the final SELECT. */
  readonly fci: Uint8Array;
  /** Of the answer to the final SELECT, four hex digits. */
  readonly selectStatusWord: string;
  /** The next unpredictable number, 4 bytes. Throws `InputExhausted` when there is none left. */
  takeUnpredictableNumber(): Uint8Array;
  /** The next ephemeral private key, 32 bytes. Throws `InputExhausted` when there is none left. */
  takeEphemeralPrivateKey(): Uint8Array;
  /** There when Entry Point began again after an outcome of this kernel. */
  readonly restart?: KernelRestart;
}

/** What a kernel is given when it takes a transaction up again. */
export interface KernelRestart {
  /** What the issuer answered, where it was asked. */
  readonly issuer?: IssuerAnswer;
  /** `kernelState` of the outcome that led here. */
  readonly state: TagStore;
}

/** The issuer's answer as far as a card is concerned. */
export interface IssuerAnswer extends IssuerData {
  /** 8A as DE 39 has it: two characters. */
  readonly responseCode: string;
}

/** A kernel: from its activation to its outcome. */
export type ContactlessKernel = (activation: KernelActivation) => KernelStep<ContactlessOutcome>;

/** A kernel asked for more unpredictable numbers or keys than its input holds. */
export class InputExhausted extends RangeError {}
