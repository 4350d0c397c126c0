import { buildDol, type DolEntry, parseDol } from '../../../tlv/dol.ts';
import { dolFormat } from '../../dictionary/tags.ts';
import type { TlvDatabase } from './tlv-database.ts';

/** By which a tag means what it does. */
const KERNEL = 2;
/** What the data of a short command holds. */
const COMMAND_BYTES = 255;

/**
 * The values that a list asks for. `undefined` where it is no list, or asks for more than
 * `maxBytes`. Source: EMV 4.4 Book 3, 5.4; Book C-2, 4.1 (DOL handling), as publicly described.
 */
export function relatedData(
  data: TlvDatabase,
  tag: string,
  maxBytes = COMMAND_BYTES,
): Uint8Array | undefined {
  const entries = dolEntries(data, tag);
  const total = (entries ?? []).reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  if (!entries || total > maxBytes) return undefined;
  return buildDol(
    entries,
    (wanted) => data.find(wanted),
    (wanted) => dolFormat(wanted, KERNEL),
  );
}

/**
 * The same, but the last value is not filled up when it is shorter than the list says, as the DSDOL
 * has it. Source: Book C-2, 4.1 (DSDOL), as publicly described.
 */
export function unfilledRelatedData(data: TlvDatabase, tag: string): Uint8Array | undefined {
  const whole = relatedData(data, tag);
  const last = dolEntries(data, tag)?.at(-1);
  const missing = last ? last.lengthBytes - data.get(last.tag).length : 0;
  return missing > 0 ? whole?.subarray(0, whole.length - missing) : whole;
}

/** Objects of a list that are present without a value: the terminal is to be asked for them. */
export function emptyEntries(data: TlvDatabase, tag: string): readonly string[] {
  return (dolEntries(data, tag) ?? []).map((entry) => entry.tag).filter((one) => data.isEmpty(one));
}

/** The entries of the list in this object; none where it is absent; `undefined` for no list. */
function dolEntries(data: TlvDatabase, tag: string): readonly DolEntry[] | undefined {
  const parsed = parseDol(data.get(tag));
  return parsed.ok ? parsed.value : undefined;
}
