import type { UiRequest } from '../../../transaction/ui-request.ts';
import { uiMessageOf, uiStatusOf } from './outcome-signal.ts';
import { K2 } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';

/** Bits of DF4B with which a device asks to be presented again. Source: Book C-2, S910.71. */
const SECOND_TAP = [0x00, 0x03, 0x0f];
const ENTRY_BYTES = 8;

/** Whether a device asks for something to be done on it, and to be presented again (DF4B). */
export function asksForSecondTap(data: TlvDatabase): boolean {
  return data
    .get(K2.posCardholderInteraction)
    .some((byte, i) => (byte & (SECOND_TAP[i] ?? 0)) !== 0);
}

/**
 * The message of the first entry of the phone message table (DF8131) that fits what the device says
 * of itself (DF4B): mask (3), value (3), message, status. Source: Book C-2, annex A and table 4.4,
 * as publicly described.
 */
export function phoneMessage(data: TlvDatabase): UiRequest {
  const said = data.get(K2.posCardholderInteraction);
  const table = data.get(K2.phoneMessageTable);
  for (let at = 0; at + ENTRY_BYTES <= table.length; at += ENTRY_BYTES) {
    const entry = table.subarray(at, at + ENTRY_BYTES);
    const fits = [0, 1, 2].every((i) => ((said[i] ?? 0) & (entry[i] ?? 0)) === entry[i + 3]);
    if (fits) return { message: uiMessageOf(entry[6] ?? 0), status: uiStatusOf(entry[7] ?? 0) };
  }
  return { message: 'see-phone', status: 'not-ready' };
}
