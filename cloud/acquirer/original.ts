import type { Message } from '#kernel/iso8583/message.ts';
import type { EnrolledTerminal } from './terminal-registry.ts';
import type { TransactionKey } from './transactions.ts';

/** What a message about an earlier one says. */
export interface AboutOriginal {
  readonly original: TransactionKey;
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** Reads DE 4, 49 and 90 of a message of this terminal's merchant; `undefined` where one is bad. */
export function readAboutOriginal(
  { fields }: Message,
  terminal: EnrolledTerminal,
): AboutOriginal | undefined {
  const { 4: amount, 42: merchantId, 49: currency, 90: data } = fields;
  if (typeof amount !== 'string' || typeof currency !== 'string' || typeof data !== 'string') {
    return undefined;
  }
  const [, stan, transmittedAt] = /^(?:0100|0120|0200|0220)(\d{6})(\d{10})0{22}$/.exec(data) ?? [];
  if (!stan || !transmittedAt || merchantId !== terminal.merchantId) return undefined;
  const original = { terminalId: terminal.terminalId, stan, transmittedAt };
  return { original, amountMinor: BigInt(amount), currency };
}
