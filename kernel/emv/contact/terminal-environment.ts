import type { ContactInput } from './input.ts';
import type { TransactionData } from './verification-results.ts';

/** What kind of transaction it is, by its type (9C). */
export interface TransactionKind {
  readonly isCash: boolean;
  /** Of goods or services, with cashback or without. */
  readonly isPurchase: boolean;
  readonly hasCashback: boolean;
}

/**
 * Reads the transaction type: 00 purchase, 01 and 17 cash, 09 purchase with cashback. Source: EMV
 * 4.4 Book 3, annex A (9C), with the codes of ISO 8583:1987; 17, cash at a counter, is widely used.
 */
export function transactionKind({
  transactionType,
  amountOtherMinor,
}: Pick<ContactInput, 'transactionType' | 'amountOtherMinor'>): TransactionKind {
  const isPurchase = transactionType === '00' || transactionType === '09';
  return {
    isCash: transactionType === '01' || transactionType === '17',
    isPurchase,
    hasCashback: transactionType === '09' || (isPurchase && amountOtherMinor > 0n),
  };
}

/** How a terminal of this type (9F35) may go online. Source: EMV 4.4 Book 4, A1, table 24. */
export type OnlineCapability = 'online-only' | 'online-capable' | 'offline-only';

/** The last digit of the terminal type: 1 to 3 attended, 4 to 6 not. */
function operation(data: TransactionData): number {
  return (data.get('9F35')?.[0] ?? 0) & 0x0f;
}

/** Whether and when this terminal goes online; one whose type is not known can. */
export function onlineCapability(data: TransactionData): OnlineCapability {
  switch (operation(data)) {
    case 1:
    case 4:
      return 'online-only';
    case 3:
    case 6:
      return 'offline-only';
    default:
      return 'online-capable';
  }
}

/** Whether nobody attends the terminal. */
export function isUnattended(data: TransactionData): boolean {
  return operation(data) >= 4;
}

/**
 * Whether the terminal is an ATM: unattended, run by a financial institution (type 14, 15 or 16)
 * and able to give cash (9F40 byte 1 bit 8). Source: Book 4, A1.
 */
export function isAtm(data: TransactionData): boolean {
  const institution = ((data.get('9F35')?.[0] ?? 0) & 0xf0) === 0x10;
  return institution && isUnattended(data) && ((data.get('9F40')?.[0] ?? 0) & 0x80) !== 0;
}
