/** What kind of transaction it is, by its type (9C). */
export interface TransactionKind {
  readonly isCash: boolean;
  /** Of goods or services, with cashback or without. */
  readonly isPurchase: boolean;
}

/**
 * Reads the transaction type (two digits): 00 purchase, 01 and 17 cash, 09 purchase with cashback.
 * Source: EMV 4.4 Book 3, annex A (9C), with the codes of ISO 8583:1987; 17, cash at a counter, is
 * widely used.
 */
export function transactionKind(transactionType: string): TransactionKind {
  return {
    isCash: transactionType === '01' || transactionType === '17',
    isPurchase: transactionType === '00' || transactionType === CASHBACK,
  };
}

/** The type of a purchase with cashback. */
export const CASHBACK = '09';
