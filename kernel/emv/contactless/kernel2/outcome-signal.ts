import { encodeAscii } from '../../../bytes/ascii.ts';
import { encodeBcd, encodeBcdAmount } from '../../../bytes/bcd.ts';
import { concatBytes } from '../../../bytes/bytes.ts';
import {
  UI_MESSAGES,
  UI_STATUSES,
  type UiRequest,
  type UiStatus,
} from '../../../transaction/ui-request.ts';
import type { OutcomeCvm } from '../outcome.ts';

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
    encodeBcdAmount(BigInt(Math.min(holdTime, 999_999)), 3),
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
