import type { Json } from '#certify/vector-kind.ts';
import { type Command, UsageError } from '../command.ts';
import { INPUT_HELP, readText } from '../read-input.ts';
import { readOptions } from '../read-options.ts';
import { refuse } from '../refuse.ts';
import { isObject, parseJson, runKind } from '../run-kind.ts';

const HELP = `Builds BER-TLV; it is written in hex.

  tessera tlv encode 9F02=000000001430 5F2A=0978
  tessera tlv encode '{"tree": [{"tag": "70", "children": [{"tag": "95", "value": "0000008000"}]}]}'

Tags with their values in hex, or JSON as \`decode --json --reveal\` gives it, which is
encoded to the same bytes.
${INPUT_HELP}

  --normalise  the shortest lengths, and no padding, whatever the JSON says
  --json       {"hex": …}
  --help       this text
`;

/** `tessera tlv encode …` */
export const encode: Command = {
  name: 'encode',
  summary: 'build BER-TLV',
  help: HELP,
  run(args, console) {
    const { values, positionals } = readOptions(args, {
      normalise: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const { json, normalise } = values;
    const pairs = readPairs(positionals);
    if (!pairs && positionals.length > 1) throw new UsageError('Give TAG=VALUE …, or one JSON.');
    const tree = pairs
      ? [...pairs].map(([tag, value]) => ({ tag, value }))
      : readTreeText(readText(positionals[0], console));
    const encoded = runKind('tlv.encode', { tree, normalise });
    if (!encoded.ok) return refuse(encoded.error, { json }, console);
    console.out(json ? `${JSON.stringify(encoded.value)}\n` : `${encoded.value['hex']}\n`);
    return 0;
  },
};

/** Arguments of the form TAG=VALUE, white space apart; nothing where one of them is none. */
export function readPairs(
  texts: readonly string[],
): readonly (readonly [tag: string, value: string])[] | undefined {
  const pairs = texts.flatMap((text) => {
    const [, tag, value] = /^([0-9A-Fa-f]+)=([0-9A-Fa-f\s]*)$/.exec(text) ?? [];
    return tag === undefined || value === undefined
      ? []
      : [[tag.toUpperCase(), value.replaceAll(/\s/g, '').toUpperCase()] as const];
  });
  return texts.length > 0 && pairs.length === texts.length ? pairs : undefined;
}

function readTreeText(text: string): Json {
  const json = parseJson(text, 'The input is neither TAG=VALUE nor JSON.');
  return isObject(json) && 'tree' in json ? (json['tree'] ?? null) : json;
}
