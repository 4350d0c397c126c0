import { encodeAscii } from '../../../bytes/ascii.ts';
import { encodeBcd, encodeBcdAmount } from '../../../bytes/bcd.ts';
import { concatBytes } from '../../../bytes/bytes.ts';
import {
  UI_MESSAGES,
  UI_STATUSES,
  type UiRequest,
  type UiStatus,
} from '../../../transaction/ui-request.ts';
import type { ContactlessOutcome, OutcomeCvm, OutcomeStart, OutcomeType } from '../outcome.ts';

const NOT_APPLICABLE = 0xf0;

const STATUS: Readonly<Record<OutcomeType, number>> = {
  approved: 0x10,
  declined: 0x20,
  'online-request': 0x30,
  'end-application': 0x40,
  'select-next': 0x50,
  'try-another-interface': 0x60,
  'try-again': 0x70,
};

const START: Readonly<Record<OutcomeStart, number>> = {
  A: 0x00,
  B: 0x10,
  C: 0x20,
  D: 0x30,
  'n/a': NOT_APPLICABLE,
};

const CVM: Readonly<Record<OutcomeCvm, number>> = {
  none: 0x00,
  signature: 0x10,
  'online-pin': 0x20,
  cdcvm: 0x30,
  'n/a': NOT_APPLICABLE,
};

const UI_ON_OUTCOME = 0x80;
const UI_ON_RESTART = 0x40;
const DATA_RECORD = 0x20;
const DISCRETIONARY_DATA = 0x10;
const RECEIPT = 0x08;

/**
 * The outcome parameter set (DF8129), 8 bytes: status, start, online response data, CVM, what comes
 * with it, alternate interface, field off, removal timeout. Source: Book C-2, annex A, as publicly
 * described.
 */
export function encodeOutcomeParameters(outcome: ContactlessOutcome): Uint8Array {
  const { type, start, cvm, fieldOff, removalTimeout, receipt } = outcome;
  const comesWithIt =
    (outcome.uiOnOutcome ? UI_ON_OUTCOME : 0) |
    (outcome.uiOnRestart ? UI_ON_RESTART : 0) |
    (outcome.dataRecord ? DATA_RECORD : 0) |
    (outcome.discretionaryData ? DISCRETIONARY_DATA : 0) |
    (receipt === 'yes' ? RECEIPT : 0);
  return Uint8Array.of(
    STATUS[type],
    START[start],
    NOT_APPLICABLE,
    CVM[cvm],
    comesWithIt,
    NOT_APPLICABLE,
    fieldOff === 'n/a' ? 0xff : fieldOff,
    removalTimeout,
  );
}

/** The CVM that a first nibble stands for, as in DF811E and DF812C. */
export function outcomeCvmOf(byte: number): OutcomeCvm {
  switch (byte & 0xf0) {
    case 0x00:
      return 'none';
    case 0x10:
      return 'signature';
    case 0x20:
      return 'online-pin';
    case 0x30:
      return 'cdcvm';
    default:
      return 'n/a';
  }
}

/**
 * The user interface request data (DF8116), 22 bytes: message, status, hold time, language, value
 * qualifier, value, currency. Source: Book C-2, annex A, as publicly described.
 */
export function encodeUiRequest(request: UiRequest): Uint8Array {
  const { message, status, holdTime = 0, language = '', value } = request;
  const qualifiers = { amount: 0x10, balance: 0x20 } as const;
  return concatBytes(
    Uint8Array.of(UI_MESSAGES[message], UI_STATUSES[status]),
    encodeBcdAmount(BigInt(holdTime), 3),
    encodeAscii(language.slice(0, 8).padEnd(8, '\0')),
    Uint8Array.of(value ? qualifiers[value.qualifier] : 0),
    encodeBcdAmount(value?.minor ?? 0n, 6),
    encodeBcd((value?.currency ?? '').padStart(4, '0')),
  );
}

/** The message of an identifier; `no-message` where there is none. */
export function uiMessageOf(identifier: number): UiRequest['message'] {
  return MESSAGES.get(identifier) ?? 'no-message';
}

/** The status of a code; `not-ready` where there is none. */
export function uiStatusOf(code: number): UiStatus {
  return STATUSES.get(code) ?? 'not-ready';
}

const MESSAGES = byCode(UI_MESSAGES);
const STATUSES = byCode(UI_STATUSES);

function byCode<N extends string>(codes: Readonly<Record<N, number>>): ReadonlyMap<number, N> {
  return new Map((Object.entries(codes) as [N, number][]).map(([name, code]) => [code, name]));
}
