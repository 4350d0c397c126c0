import { encodeHex } from '../../../bytes/hex.ts';
import { decodeTlv, type Tlv } from '../../../tlv/ber.ts';
import { parseTrack2 } from '../../track2.ts';
import { type CardPlace, cardObject, isTerminalObject } from './card-objects.ts';
import type { TlvDatabase } from './tlv-database.ts';

const TEMPLATES = { fci: '6F', record: '70', answer: '77' } as const;

/**
 * Takes the objects of a card's answer into the database, those inside further templates too;
 * unknown ones are passed over. False when the bytes are not the one template of that place, an
 * object is there already, is not as long as it may be, stands where it may not or is the
 * terminal's, or when the PANs of 5A and 57 differ. Source: Book C-2, 4.1
 * (ParseAndStoreCardResponse), as publicly described.
 */
export function storeCardData(data: TlvDatabase, bytes: Uint8Array, place: CardPlace): boolean {
  const template = onlyObject(bytes);
  if (template?.tag !== TEMPLATES[place]) return false;
  return storeObjects(data, template.children ?? [], place) && panAgrees(data);
}

/** The same for the answer to GET DATA, which is the object asked for alone. */
export function storeObjectOf(data: TlvDatabase, bytes: Uint8Array, tag: string): boolean {
  const object = onlyObject(bytes);
  return object?.tag === tag && storeObject(data, tag, object.value, 'answer');
}

function onlyObject(bytes: Uint8Array): Tlv | undefined {
  const decoded = decodeTlv(bytes);
  if (!decoded.ok) return undefined;
  const [object, ...others] = decoded.value;
  return others.length === 0 ? object : undefined;
}

function storeObjects(data: TlvDatabase, objects: readonly Tlv[], place: CardPlace): boolean {
  for (const { tag, value, children } of objects) {
    const isStored = children
      ? storeObjects(data, children, place)
      : storeObject(data, tag, value, place);
    if (!isStored) return false;
  }
  return true;
}

function storeObject(data: TlvDatabase, tag: string, value: Uint8Array, place: CardPlace): boolean {
  const row = cardObject(tag);
  if (!row) return !isTerminalObject(tag);
  const [min, max] = row.lengthBytes;
  if (value.length < min || value.length > max) return false;
  if (!row.places.includes(place) || data.isNotEmpty(tag)) return false;
  data.set(tag, value);
  return true;
}

function panAgrees(data: TlvDatabase): boolean {
  const track2 = data.find('57');
  if (!track2) return true;
  const parsed = parseTrack2(track2);
  if (!parsed.ok) return false;
  const pan = data.find('5A');
  return !pan || encodeHex(pan).replace(/F+$/, '') === parsed.value.pan;
}
