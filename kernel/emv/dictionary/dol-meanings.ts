import { parseDol } from '../../tlv/dol.ts';
import { MAX_TAG_BYTES, readTag, tagLength } from '../../tlv/tag.ts';
import { tagEntry } from './tags.ts';

/** What a data object list asks for, an entry a line. Source: EMV 4.4 Book 3, 5.4. */
export function dolMeanings(value: Uint8Array, kernel?: number): readonly string[] {
  const entries = parseDol(value);
  if (!entries.ok) return [`No data object list: ${entries.error.kind} at ${entries.error.offset}`];
  return entries.value.map(
    ({ tag, lengthBytes }) => `${tag} ${nameOf(tag, kernel)}, ${lengthBytes} bytes`,
  );
}

/** What a list of tags names. Source: EMV 4.4 Book 3, annex A, 9F4A. */
export function tagListMeanings(value: Uint8Array, kernel?: number): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < value.length; ) {
    const length = tagLength(value, at, value.length);
    if (length === 0 || length > MAX_TAG_BYTES) return [...lines, `No tag at ${at}`];
    const tag = readTag(value, at, length);
    lines.push(`${tag} ${nameOf(tag, kernel)}`);
    at += length;
  }
  return lines;
}

function nameOf(tag: string, kernel: number | undefined): string {
  return tagEntry(tag, { kernel })?.name ?? 'Unknown';
}
