import type { AuthenticatedRecord } from '../../oda/static-data.ts';
import type { KernelActivation } from '../kernel-activation.ts';
import type { TagStore } from '../outcome.ts';

/** One transaction once the card has been read. */
export interface Kernel3Transaction {
  readonly activation: KernelActivation;
  /** What the terminal holds, the TTQ and the unpredictable number among it. */
  readonly terminal: TagStore;
  /** What the card gave, primitive objects only. */
  readonly card: TagStore;
  /** The records that the AFL puts under the issuer's signature. */
  readonly signedRecords: readonly AuthenticatedRecord[];
}

/** The kind of cryptogram (9F27) a card gave, as C-3 tells them apart. */
export type Cryptogram = 'aac' | 'tc' | 'arqc';
