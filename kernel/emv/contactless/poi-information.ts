import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { decodeTlv, findTag } from '../../tlv/ber.ts';
import { buildDol, parseDol } from '../../tlv/dol.ts';
import { dolFormat } from '../dictionary/tags.ts';
import type { ContactlessInput } from './input.ts';
import { saleDataOf } from './terminal-data.ts';

const CATEGORY_BYTES = 2;
/** Identifier of the terminal category among the POI information objects. */
const TERMINAL_CATEGORY = Uint8Array.of(0x00, 0x01, CATEGORY_BYTES);
/** What a command holds beside the template's tag and its length. */
const MAX_BYTES = 252;

/**
 * What SEND POI INFORMATION tells a card whose PPSE asks for it: the values of its list (9F3F),
 * then the terminal's category where the card lists that (9F3E). `undefined` where the card does
 * not ask or the reader does not tell. Source: EMV Contactless Book B 2.12, 3.3.2.3 and annex C.1,
 * as two open readers have it; the annex itself was not at hand.
 */
export function poiInformation(ppse: Uint8Array, input: ContactlessInput): Uint8Array | undefined {
  const { terminalCategory } = input;
  if (!terminalCategory) return undefined;
  const decoded = decodeTlv(ppse);
  const objects = decoded.ok ? decoded.value : [];
  const category = lists(findTag(objects, '9F3E')?.value, terminalCategory)
    ? concatBytes(TERMINAL_CATEGORY, terminalCategory)
    : undefined;
  const dol = parseDol(findTag(objects, '9F3F')?.value ?? new Uint8Array(0));
  const entries = dol.ok ? dol.value : [];
  if (!category && entries.length === 0) return undefined;
  const known = saleDataOf(input);
  const values = buildDol(entries, (tag) => known.get(tag), dolFormat);
  const information = concatBytes(values, category ?? new Uint8Array(0));
  return information.length <= MAX_BYTES ? information : undefined;
}

function lists(categories: Uint8Array = new Uint8Array(0), category: Uint8Array): boolean {
  for (let at = 0; at + CATEGORY_BYTES <= categories.length; at += CATEGORY_BYTES) {
    if (equalBytes(categories.subarray(at, at + CATEGORY_BYTES), category)) return true;
  }
  return false;
}
