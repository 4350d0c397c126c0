import { equalBytes } from '../bytes/bytes.ts';
import { type DataBit, isSet } from './data-bit.ts';
import { isAtm } from './terminal-type.ts';
import { transactionKind } from './transaction-kind.ts';

/** Application usage control (9F07). Source: EMV 4.4 Book 3, C2. */
export const AUC = {
  domesticCash: { byte: 1, mask: 0x80 },
  internationalCash: { byte: 1, mask: 0x40 },
  domesticPurchase: { byte: 1, mask: 0x28 },
  internationalPurchase: { byte: 1, mask: 0x14 },
  atAtms: { byte: 1, mask: 0x02 },
  elsewhere: { byte: 1, mask: 0x01 },
  domesticCashback: { byte: 2, mask: 0x80 },
  internationalCashback: { byte: 2, mask: 0x40 },
} as const satisfies Record<string, DataBit>;

/** What a card is to be used for, and where. */
export interface CardUse {
  /** 9C, two digits. */
  readonly transactionType: string;
  /** Cashback, minor units. */
  readonly amountOtherMinor: bigint;
  /** Card and terminal data by tag: 9F07, 5F28; 9F1A, 9F35, 9F40. */
  find(tag: string): Uint8Array | undefined;
}

/**
 * Whether the card's usage control (9F07) allows a use; without the issuer's country (5F28) only
 * the kind of terminal counts. Source: EMV 4.4 Book 3, 10.4.2 and table 36.
 */
export function isUseAllowed({ transactionType, amountOtherMinor, find }: CardUse): boolean {
  const usage = find('9F07');
  if (!isSet(usage, isAtm(find('9F35'), find('9F40')) ? AUC.atAtms : AUC.elsewhere)) return false;
  const [issuer, terminal] = [find('5F28'), find('9F1A')];
  if (!issuer || !terminal) return true;
  const isDomestic = equalBytes(issuer, terminal);
  const { isCash, isPurchase } = transactionKind(transactionType);
  const [cash, purchase, cashback] = isDomestic
    ? [AUC.domesticCash, AUC.domesticPurchase, AUC.domesticCashback]
    : [AUC.internationalCash, AUC.internationalPurchase, AUC.internationalCashback];
  if (isCash && !isSet(usage, cash)) return false;
  if (isPurchase && !isSet(usage, purchase)) return false;
  return amountOtherMinor === 0n || isSet(usage, cashback);
}
