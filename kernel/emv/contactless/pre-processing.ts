import type { ContactlessInput, ReaderCombination } from './input.ts';

/** What pre-processing found out about a combination. Source: Book B, 3.1.1 and table 3-1. */
export interface PreProcessingIndicators {
  readonly statusCheckRequested: boolean;
  readonly contactlessApplicationNotAllowed: boolean;
  readonly zeroAmount: boolean;
  readonly readerCvmRequiredLimitExceeded: boolean;
  readonly readerContactlessFloorLimitExceeded: boolean;
}

/** A combination as pre-processing left it: its indicators, and in `data` its changed TTQ. */
export interface PreparedCombination extends ReaderCombination {
  readonly indicators: PreProcessingIndicators;
}

const TTQ1_OFFLINE_ONLY = 0x08;
const TTQ2_ONLINE_CRYPTOGRAM_REQUIRED = 0x80;
const TTQ2_CVM_REQUIRED = 0x40;
/** Byte 2 without what a transaction sets. */
const TTQ2_CONFIGURED = 0x3f;

/**
 * Start A: the indicators and the TTQ of every combination that serves this type of transaction.
 * Where Entry Point is started at B the amount is not looked at: every indicator is off, the TTQ as
 * configured.
 * Source: EMV Contactless Book B, 3.1.1.1 to 3.1.1.12 and 3.2.1.1.
 */
export function preProcess(input: ContactlessInput): readonly PreparedCombination[] {
  const { transactionType } = input;
  const serving = input.combinations.filter(
    ({ transactionTypes }) => transactionTypes?.includes(transactionType) ?? true,
  );
  return serving.map((combination) => {
    if (input.start === 'B') return { ...combination, indicators: NOTHING_FOUND };
    const found = examine(input, combination);
    const ttq = combination.data['9F66'] ?? input.terminalData['9F66'];
    if (!ttq) return { ...combination, indicators: found };
    const changed = changeQualifiers(ttq, found);
    const offlineZero = found.zeroAmount && ((ttq[0] ?? 0) & TTQ1_OFFLINE_ONLY) !== 0;
    const notAllowed = found.contactlessApplicationNotAllowed || offlineZero;
    return {
      ...combination,
      data: { ...combination.data, '9F66': changed },
      indicators: { ...found, contactlessApplicationNotAllowed: notAllowed },
    };
  });
}

const NOTHING_FOUND: PreProcessingIndicators = {
  statusCheckRequested: false,
  contactlessApplicationNotAllowed: false,
  zeroAmount: false,
  readerCvmRequiredLimitExceeded: false,
  readerContactlessFloorLimitExceeded: false,
};

/** Requirements 3.1.1.3 to 3.1.1.8. */
function examine(
  input: ContactlessInput,
  { limits, statusCheck, zeroAmountAllowed }: ReaderCombination,
): PreProcessingIndicators {
  const { amountMinor, currencyExponent = 2 } = input;
  const { transactionMinor, floorMinor, cvmRequiredMinor } = limits;
  const oneUnit = 10n ** BigInt(currencyExponent);
  const zeroRefused = amountMinor === 0n && zeroAmountAllowed === false;
  const floor = floorMinor ?? terminalFloorLimit(input);
  return {
    statusCheckRequested: statusCheck === true && amountMinor === oneUnit,
    contactlessApplicationNotAllowed:
      zeroRefused || (transactionMinor !== undefined && amountMinor >= transactionMinor),
    zeroAmount: amountMinor === 0n && !zeroRefused,
    readerCvmRequiredLimitExceeded:
      cvmRequiredMinor !== undefined && amountMinor >= cvmRequiredMinor,
    readerContactlessFloorLimitExceeded: floor !== undefined && amountMinor > floor,
  };
}

/** Tag 9F1B: four bytes, binary, in minor units. Source: EMV 4.4 Book 3, annex A. */
function terminalFloorLimit({ terminalData }: ContactlessInput): bigint | undefined {
  const limit = terminalData['9F1B'];
  return limit && [...limit].reduce((sum, byte) => 256n * sum + BigInt(byte), 0n);
}

/** Requirements 3.1.1.2 and 3.1.1.9 to 3.1.1.12. */
function changeQualifiers(ttq: Uint8Array, found: PreProcessingIndicators): Uint8Array {
  const changed = ttq.slice();
  const online =
    found.readerContactlessFloorLimitExceeded ||
    found.statusCheckRequested ||
    (found.zeroAmount && ((ttq[0] ?? 0) & TTQ1_OFFLINE_ONLY) === 0);
  changed[1] =
    ((ttq[1] ?? 0) & TTQ2_CONFIGURED) |
    (online ? TTQ2_ONLINE_CRYPTOGRAM_REQUIRED : 0) |
    (found.readerCvmRequiredLimitExceeded ? TTQ2_CVM_REQUIRED : 0);
  return changed;
}
