/** Methods. Source: EMV 4.4 Book 3, C3, table 43. */
export const CVM = {
  fail: 0x00,
  plaintextPin: 0x01,
  onlinePin: 0x02,
  plaintextPinAndSignature: 0x03,
  encipheredPin: 0x04,
  encipheredPinAndSignature: 0x05,
  signature: 0x1e,
  none: 0x1f,
  /** In the CVM results alone. */
  notPerformed: 0x3f,
} as const;

/** What the conditions of a CVM list are about. */
export interface CvmSituation {
  readonly isCash: boolean;
  readonly hasCashback: boolean;
  readonly isUnattended: boolean;
  /** Whether the terminal supports the rule's method. */
  readonly isSupported: boolean;
  /** Whether the card's application currency (9F42) is the transaction's (5F2A). */
  readonly isInCurrency: boolean;
  /** Amounts in minor units: the transaction's, and X and Y of the list. */
  readonly amount: bigint;
  readonly amountX: bigint;
  readonly amountY: bigint;
}

/**
 * Whether the condition of a rule (its second byte) holds; not where it is not known. Source: EMV
 * 4.4 Book 3, 10.5 and C3, table 44.
 */
export function isCvmConditionMet(condition: number, situation: CvmSituation): boolean {
  const { isCash, hasCashback, isUnattended, isInCurrency } = situation;
  const { amount, amountX, amountY } = situation;
  switch (condition) {
    case 0x00:
      return true;
    case 0x01:
      return isCash && isUnattended;
    case 0x02:
      return !isCash && !hasCashback;
    case 0x03:
      return situation.isSupported;
    case 0x04:
      return isCash && !isUnattended;
    case 0x05:
      return hasCashback;
    case 0x06:
      return isInCurrency && amount < amountX;
    case 0x07:
      return isInCurrency && amount > amountX;
    case 0x08:
      return isInCurrency && amount < amountY;
    case 0x09:
      return isInCurrency && amount > amountY;
    default:
      return false;
  }
}
