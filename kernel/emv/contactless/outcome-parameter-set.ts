import type { ContactlessOutcome, OutcomeCvm, OutcomeStart, OutcomeType } from './outcome.ts';

const NOT_APPLICABLE = 0xf0;

const STATUSES: Readonly<Record<OutcomeType, number>> = {
  approved: 0x10,
  declined: 0x20,
  'online-request': 0x30,
  'end-application': 0x40,
  'select-next': 0x50,
  'try-another-interface': 0x60,
  'try-again': 0x70,
};

const STARTS: Readonly<Record<OutcomeStart, number>> = {
  A: 0x00,
  B: 0x10,
  C: 0x20,
  D: 0x30,
  'n/a': NOT_APPLICABLE,
};

const CVMS: Readonly<Record<OutcomeCvm, number>> = {
  none: 0x00,
  signature: 0x10,
  'online-pin': 0x20,
  cdcvm: 0x30,
  'n/a': NOT_APPLICABLE,
};

const ONLINE_RESPONSE_DATA = { 'emv-data': 0x10, any: 0x20, 'n/a': NOT_APPLICABLE } as const;
const INTERFACES = { contact: 0x10, 'magnetic-stripe': 0x20, 'n/a': NOT_APPLICABLE } as const;
const NO_FIELD_OFF = 0xff;

const UI_ON_OUTCOME = 0x80;
const UI_ON_RESTART = 0x40;
const DATA_RECORD = 0x20;
const DISCRETIONARY_DATA = 0x10;
const RECEIPT = 0x08;

/**
 * The outcome parameter set, 8 bytes, as kernels 2 (DF8129) and 8 (9F8210) give it. Source: Book
 * C-2, A.1; Book C-8 v1.1, A.1.98, by Digrol/Denom.
 */
export function encodeOutcomeParameterSet(outcome: ContactlessOutcome): Uint8Array {
  return Uint8Array.of(
    STATUSES[outcome.type],
    STARTS[outcome.start],
    ONLINE_RESPONSE_DATA[outcome.onlineResponseData],
    CVMS[outcome.cvm],
    (outcome.uiOnOutcome ? UI_ON_OUTCOME : 0) |
      (outcome.uiOnRestart ? UI_ON_RESTART : 0) |
      (outcome.dataRecord ? DATA_RECORD : 0) |
      (outcome.discretionaryData ? DISCRETIONARY_DATA : 0) |
      (outcome.receipt === 'yes' ? RECEIPT : 0),
    INTERFACES[outcome.alternateInterface],
    outcome.fieldOff === 'n/a' ? NO_FIELD_OFF : outcome.fieldOff,
    outcome.removalTimeout,
  );
}
