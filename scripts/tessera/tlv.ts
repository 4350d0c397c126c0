import type { Json } from '#certify/vector-kind.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { type DescribedTag, describeTlv } from '#kernel/emv/dictionary/describe.ts';
import { decodeTlv, type Tlv } from '#kernel/tlv/ber.ts';
import { type Command, commandGroup, UsageError } from './command.ts';
import { INPUT_HELP, isOnScreen, readHex, readText } from './read-input.ts';
import { readOptions } from './read-options.ts';
import { refuse } from './refuse.ts';
import { isObject, parseJson, runKind } from './run-kind.ts';

const DECODE_HELP = `Takes BER-TLV apart and says what it means.

  tessera tlv decode "9F02 06 000000001430 95 05 0000008000"
  tessera tlv decode @record.hex --json

${INPUT_HELP}

  --json    {"tree": [{"tag", "name", "value" or "children", "meanings"}]}
  --reveal  show card numbers, tracks and whatever is not in the dictionary
  --help    this text
`;

const decode: Command = {
  name: 'decode',
  summary: 'take BER-TLV apart',
  help: DECODE_HELP,
  run(args, console) {
    const { values, positionals } = readOptions(args, {
      json: { type: 'boolean', default: false },
      reveal: { type: 'boolean', default: false },
    });
    const { json, reveal } = values;
    const argument = positionals.length > 1 ? positionals.join('') : positionals[0];
    const bytes = readHex(argument, console);
    if (!bytes.ok) return refuse(bytes.error, { json }, console);
    const decoded = decodeTlv(bytes.value);
    if (!decoded.ok) {
      const mayShow = isOnScreen(argument) || reveal;
      return refuse(decoded.error, { json, ...(mayShow && { bytes: bytes.value }) }, console);
    }
    const shown = (object: Tlv): ShownTag => showTag(object, reveal);
    const tree = decoded.value.map(shown);
    console.out(json ? `${JSON.stringify({ tree })}\n` : tree.map((tag) => lines(tag, 0)).join(''));
    return 0;
  },
};

/** One object as it is shown: masked, unless it was to be revealed. */
type ShownTag = {
  readonly tag: string;
  readonly name: string;
  readonly value?: string;
  readonly meanings?: readonly string[];
  readonly children?: readonly ShownTag[];
};

function showTag(object: Tlv, reveal: boolean): ShownTag {
  const [described] = describeTlv([object]);
  const { tag, name, value, meanings } = described as DescribedTag;
  const { children } = object;
  if (children) return { tag, name, children: children.map((inner) => showTag(inner, reveal)) };
  const shown = reveal ? encodeHex(object.value) : value;
  return { tag, name, value: shown, ...(meanings.length > 0 && { meanings }) };
}

function lines({ tag, name, value, meanings, children }: ShownTag, depth: number): string {
  const indent = '  '.repeat(depth);
  return [
    `${indent}${tag}  ${name}${value === undefined ? '' : `  ${value}`}\n`,
    ...(meanings ?? []).map((meaning) => `${indent}      ${meaning}\n`),
    ...(children ?? []).map((inner) => lines(inner, depth + 1)),
  ].join('');
}

const ENCODE_HELP = `Builds BER-TLV.

  tessera tlv encode 9F02=000000001430 5F2A=0978
  tessera tlv encode '{"tree": [{"tag": "70", "children": [{"tag": "95", "value": "0000008000"}]}]}'

Tags with their values in hex, or JSON as \`tlv decode --json --reveal\` writes it.
${INPUT_HELP}

  --json    {"hex": …}
  --help    this text
`;

const encode: Command = {
  name: 'encode',
  summary: 'build BER-TLV',
  help: ENCODE_HELP,
  run(args, console) {
    const { values, positionals } = readOptions(args, {
      json: { type: 'boolean', default: false },
    });
    const { json } = values;
    const isPairs = positionals.length > 0 && positionals.every((text) => PAIR.test(text));
    if (!isPairs && positionals.length > 1) throw new UsageError('Give TAG=VALUE …, or one JSON.');
    const tree = isPairs ? positionals.map(pair) : readTree(readText(positionals[0], console));
    const encoded = runKind('tlv.encode', { tree });
    if (!encoded.ok) return refuse(encoded.error, { json }, console);
    console.out(json ? `${JSON.stringify(encoded.value)}\n` : `${encoded.value['hex']}\n`);
    return 0;
  },
};

const PAIR = /^([0-9A-Fa-f]+)=([0-9A-Fa-f\s]*)$/;

function pair(text: string): Json {
  const [, tag = '', value = ''] = PAIR.exec(text) ?? [];
  return { tag, value: value.replaceAll(/\s/g, '') };
}

function readTree(text: string): Json {
  const json = parseJson(text, 'The input is neither TAG=VALUE nor JSON.');
  return isObject(json) && 'tree' in json ? (json['tree'] ?? null) : json;
}

/** `tessera tlv …` */
export const tlv: Command = commandGroup(
  'tlv',
  'decode and build BER-TLV (EMV Book 3, Annex B)',
  'tessera tlv decode "9F02 06 000000001430"',
  [decode, encode],
);
