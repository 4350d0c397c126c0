import type { KernelStep } from '../../../transaction/commands.ts';
import type { TagStore } from '../outcome.ts';

/** What the kernel tells the terminal in the middle of a transaction (DEK signal). */
export interface DataExchange {
  /** Tags that the kernel needs a value for (DF8106). */
  readonly needed: readonly string[];
  /** What the terminal asked to be told (FF8104); empty where the card has it not. */
  readonly toSend: TagStore;
}

/** What the terminal answers (DET signal): objects as BER-TLV, nothing, or that it ends here. */
export type DataAnswer =
  | { readonly type: 'data'; readonly objects: Uint8Array }
  | { readonly type: 'nothing' }
  | { readonly type: 'stop' };

/**
 * The terminal's side of the data exchange, as a step: it may yield commands of its own. Source:
 * Book C-2, 3.6 (data exchange), as publicly described.
 */
export type ExchangeData = (exchange: DataExchange) => KernelStep<DataAnswer>;
