import { decodeLatin1 } from '../../bytes/ascii.ts';
import type { Tlv } from '../../tlv/ber.ts';
import { AIP_BITS } from './aip.ts';
import { type BitMeaning, meaningsOf } from './bits.ts';
import { cryptogramTypeMeaning } from './cid.ts';
import { CTQ_BITS } from './ctq.ts';
import { maskValue } from './mask.ts';
import { tagEntry } from './tags.ts';
import { TTQ_BITS } from './ttq.ts';
import { TVR_BITS } from './tvr.ts';

/** A data object for people; sensitive values are masked. */
export interface DescribedTag {
  /** 0 for the outermost objects. */
  readonly depth: number;
  readonly tag: string;
  readonly name: string;
  /** Hex, or text in quotes; empty for a template. */
  readonly value: string;
  /** What its bits say. */
  readonly meanings: readonly string[];
}

/** Describes objects and all within them, in their order. An unknown tag shows its length only. */
export function describeTlv(objects: readonly Tlv[], depth = 0): readonly DescribedTag[] {
  return objects.flatMap((object) => {
    const { tag, value, children } = object;
    const entry = tagEntry(tag);
    const described: DescribedTag = {
      depth,
      tag,
      name: entry?.name ?? 'Unknown',
      value: children ? '' : shownValue(tag, value),
      meanings: children ? [] : meanings(tag, value),
    };
    return [described, ...describeTlv(children ?? [], depth + 1)];
  });
}

function shownValue(tag: string, value: Uint8Array): string {
  const entry = tagEntry(tag);
  const isText = entry?.format === 'an' || entry?.format === 'ans' || entry?.format === 'a';
  const text = decodeLatin1(value);
  if (isText && entry.sensitivity === 'none' && /^[\x20-\x7e]*$/.test(text)) return `"${text}"`;
  return maskValue(tag, value);
}

function meanings(tag: string, value: Uint8Array): readonly string[] {
  if (tag === '9F27') return [cryptogramTypeMeaning(value)];
  return meaningsOf(BIT_TABLES[tag] ?? [], value);
}

const BIT_TABLES: Readonly<Record<string, readonly BitMeaning[]>> = {
  '82': AIP_BITS,
  '95': TVR_BITS,
  '9F66': TTQ_BITS,
  '9F6C': CTQ_BITS,
};
