import type { ContactlessInput, ReaderCombination } from './input.ts';

/** A combination that this transaction may use, with the TTQ it will present. */
export interface AllowedCombination extends ReaderCombination {
  /** Tag 9F66 for this transaction. */
  readonly ttq: Uint8Array;
}

const TTQ2_ONLINE_CRYPTOGRAM_REQUIRED = 0x80;
const TTQ2_CVM_REQUIRED = 0x40;

/**
 * Start A: which combinations may serve this amount, and what their TTQ demands. Tessera is fully
 * online, so the floor limit is zero and an online cryptogram is always required; an amount of zero
 * is not allowed. Source: EMV Contactless Book B, 3.1.1.
 */
export function preProcess(input: ContactlessInput): readonly AllowedCombination[] {
  const allowed: AllowedCombination[] = [];
  for (const combination of input.combinations) {
    const { transactionLimitMinor, cvmRequiredLimitMinor } = combination;
    if (input.amountMinor <= 0n) continue;
    if (transactionLimitMinor !== undefined && input.amountMinor >= transactionLimitMinor) continue;
    const ttq = combination.terminalTransactionQualifiers.slice();
    const verify =
      cvmRequiredLimitMinor !== undefined && input.amountMinor >= cvmRequiredLimitMinor;
    ttq[1] = TTQ2_ONLINE_CRYPTOGRAM_REQUIRED | (verify ? TTQ2_CVM_REQUIRED : 0);
    allowed.push({ ...combination, ttq });
  }
  return allowed;
}
