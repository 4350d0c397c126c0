import { encodeHex } from '#kernel/bytes/hex.ts';
import { type DescribedTag, describeTlv } from '#kernel/emv/dictionary/describe.ts';
import type { Tlv } from '#kernel/tlv/ber.ts';
import { type ShowOptions, showObjects } from './show-objects.ts';

/** `tessera tlv describe …` */
export const describe = showObjects({
  name: 'describe',
  summary: 'say what objects mean',
  intro: 'Says what BER-TLV means: names, texts, bits and lists, masked.',
  jsonHelp: '{"objects": [{"depth", "tag", "name", "value", "meanings": […]}]}',
  toJson: (objects, options) => ({
    objects: described(objects, options).map((object) => ({ ...object })),
  }),
  toText: (objects, options) => described(objects, options).map(lines).join(''),
});

function described(objects: readonly Tlv[], options: ShowOptions): readonly DescribedTag[] {
  const shown = describeTlv(objects, { kernel: options.kernel });
  if (!options.reveal) return shown;
  const values = flat(objects).map(({ value, children }) => (children ? '' : encodeHex(value)));
  return shown.map((object, i) => ({ ...object, value: values[i] ?? '' }));
}

function flat(objects: readonly Tlv[]): readonly Tlv[] {
  return objects.flatMap((object) => [object, ...flat(object.children ?? [])]);
}

/** An object, and what it says below it. */
export function lines({ depth, tag, name, value, meanings }: DescribedTag): string {
  const indent = '  '.repeat(depth);
  const line = `${indent}${tag}  ${name}  ${value}`.trimEnd();
  return [`${line}\n`, ...meanings.map((meaning) => `${indent}      ${meaning}\n`)].join('');
}
