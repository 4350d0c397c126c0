import { encodeHex } from '../../../bytes/hex.ts';
import { decodeTlv, type Tlv } from '../../../tlv/ber.ts';
import { parseTrack2 } from '../../track2.ts';

/** What the card returned, by tag, primitive objects only. */
export type CardData = Map<string, Uint8Array>;

/**
 * Takes the answer to GET PROCESSING OPTIONS, format 1 (80: AIP, AFL) or format 2 (77), into
 * `card`. False when it is malformed. Source: EMV 4.4 Book 3, 6.5.8.4.
 */
export function collectProcessingOptions(response: Uint8Array, card: CardData): boolean {
  const objects = decodeTlv(response);
  const [template, ...rest] = objects.ok ? objects.value : [];
  if (!template || rest.length > 0) return false;
  if (template.tag === '77') return collectObjects(template.children ?? [], card);
  if (template.tag !== '80' || template.value.length < 2) return false;
  card.set('82', template.value.subarray(0, 2));
  if (template.value.length > 2) card.set('94', template.value.subarray(2));
  return true;
}

/**
 * Takes data objects into `card`. False when one is there already, or when 5A and the PAN of 57
 * differ. Source: Book C-3, 5.4.2.2 and annex A.2.
 */
export function collectObjects(objects: readonly Tlv[], card: CardData): boolean {
  for (const object of objects) {
    if (object.children) {
      if (!collectObjects(object.children, card)) return false;
      continue;
    }
    if (card.has(object.tag)) return false;
    card.set(object.tag, object.value);
  }
  return panAgrees(card);
}

function panAgrees(card: CardData): boolean {
  const pan = card.get('5A');
  const track2 = card.get('57');
  if (!track2) return true;
  const parsed = parseTrack2(track2);
  if (!parsed.ok) return false;
  return !pan || encodeHex(pan).replace(/F+$/, '') === parsed.value.pan;
}
