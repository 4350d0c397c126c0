import { decodeLatin1 } from '../../bytes/ascii.ts';
import type { Tlv } from '../../tlv/ber.ts';
import { maskValue } from './mask.ts';
import { valueMeanings } from './meanings.ts';
import type { TagContext, TagEntry } from './tag-entry.ts';
import { tagEntry, tagSensitivity } from './tags.ts';

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

/**
 * Describes objects and all within them, in their order. An unknown tag shows its length only. The
 * kernel, where it is known, decides what some tags mean.
 */
export function describeTlv(
  objects: readonly Tlv[],
  context: TagContext = {},
  depth = 0,
): readonly DescribedTag[] {
  return objects.flatMap((object) => {
    const { tag, value, children } = object;
    const entry = tagEntry(tag, { ...context, lengthBytes: value.length });
    const described: DescribedTag = {
      depth,
      tag,
      name: entry?.name ?? 'Unknown',
      value: children ? '' : shownValue(entry, object, context),
      meanings: children || !entry ? [] : valueMeanings(entry, value, context.kernel),
    };
    const inner = describeTlv(children ?? [], { ...context, template: tag }, depth + 1);
    return [described, ...inner];
  });
}

function shownValue(entry: TagEntry | undefined, { tag, value }: Tlv, context: TagContext): string {
  const isText = entry?.format === 'an' || entry?.format === 'ans' || entry?.format === 'a';
  const text = decodeLatin1(value);
  const mayShow = tagSensitivity(tag, context) === 'none';
  if (isText && mayShow && /^[\x20-\x7e]*$/.test(text)) return `"${text}"`;
  return maskValue(tag, value, context);
}
