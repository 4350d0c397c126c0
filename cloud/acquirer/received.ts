import type { Message } from '#kernel/iso8583/message.ts';
import type { EnrolledTerminal } from './terminal-registry.ts';
import type { TransactionKey } from './transactions.ts';

/** A message that opened well, with the bytes it came in. */
export interface Received {
  readonly message: Message;
  readonly bytes: Uint8Array;
  readonly terminal: EnrolledTerminal;
  readonly key: TransactionKey;
}
