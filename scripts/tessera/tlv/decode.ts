import { treeToJson } from '#certify/kinds/tlv-tree.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { maskValue } from '#kernel/emv/dictionary/mask.ts';
import { tagEntry } from '#kernel/emv/dictionary/tags.ts';
import type { Tlv } from '#kernel/tlv/ber.ts';
import { type ShowOptions, showObjects } from './show-objects.ts';

/** `tessera tlv decode …` */
export const decode = showObjects({
  name: 'decode',
  summary: 'take BER-TLV apart',
  intro: 'Takes BER-TLV apart, object by object, masked.',
  jsonHelp: '{"tree": [{"tag", "value" or "children", …}]}; with --reveal, what `encode` takes',
  toJson: (objects, options) => ({
    tree: treeToJson(objects, (object, template) => shown(object, { ...options, template })),
  }),
  toText: (objects, options) => objects.map((object) => lines(object, options, 0)).join(''),
});

function lines(object: Tlv, options: ShowOptions, depth: number): string {
  const { tag, value, children } = object;
  const name = tagEntry(tag, { ...options, lengthBytes: value.length })?.name ?? 'Unknown';
  const line = `${'  '.repeat(depth)}${tag}  ${name}  ${children ? '' : shown(object, options)}`;
  const inner = { ...options, template: tag };
  const below = (children ?? []).map((child) => lines(child, inner, depth + 1));
  return `${line.trimEnd()}\n${below.join('')}`;
}

function shown({ tag, value }: Tlv, options: ShowOptions): string {
  return options.reveal ? encodeHex(value) : maskValue(tag, value, options);
}
