import { concatBytes } from '../../../bytes/bytes.ts';
import { encodeTlv } from '../../../tlv/ber.ts';
import { MAX_TAG_BYTES, readTag, tagLength } from '../../../tlv/tag.ts';
import type { DataObjects } from './data-objects.ts';

/**
 * The static data that the issuer signed: the contents of the signed records, the objects that the
 * extended SDA tag list (9F810A) names with tag and length, and the AIP's value. What the list
 * names and the card has not is there with no value. `undefined` when the list is no list of tags.
 * Source: Book C-8 v1.1, 2627.8, and Book E v1.0, by Digrol/Denom; single-source.
 */
export function staticDataOf(data: DataObjects, signedRecords: Uint8Array): Uint8Array | undefined {
  const nothing = new Uint8Array(0);
  const tags = parseTagList(data.get('9F810A') ?? nothing);
  if (!tags) return undefined;
  const objects = tags.map((tag) => ({ tag, value: data.get(tag) ?? nothing }));
  return concatBytes(signedRecords, encodeTlv(objects), data.get('82') ?? nothing);
}

/** Tags one after the other; `undefined` when the bytes are anything else. */
export function parseTagList(list: Uint8Array): readonly string[] | undefined {
  const tags: string[] = [];
  for (let at = 0; at < list.length; ) {
    const length = list[at] === 0 ? 0 : tagLength(list, at, list.length);
    if (length === 0 || length > MAX_TAG_BYTES) return undefined;
    tags.push(readTag(list, at, length));
    at += length;
  }
  return tags;
}
