import { encodeHex } from '#kernel/bytes/hex.ts';
import { describeTlv } from '#kernel/emv/dictionary/describe.ts';
import { tagEntry } from '#kernel/emv/dictionary/tags.ts';
import { type DolEntry, parseDol, splitDol } from '#kernel/tlv/dol.ts';
import { type Command, type Console, UsageError } from '../command.ts';
import { INPUT_HELP, isOnScreen, readHex } from '../read-input.ts';
import { readOptions } from '../read-options.ts';
import { refuse } from '../refuse.ts';
import { runKind } from '../run-kind.ts';
import { lines } from './describe.ts';
import { readPairs } from './encode.ts';
import { parseKernel } from './read-objects.ts';

const HELP = `Reads a data object list, builds what it asks for, or takes that apart.

  tessera tlv dol 9F02069F37049A03
  tessera tlv dol 9F02069F37049A03 9F02=000000001430 9A=261124
  tessera tlv dol @pdol.hex --split 00000000143048F2A8B1261124

Values that are not given are zeros; each is cut or filled as its format in the
dictionary asks for.
${INPUT_HELP}

  --split HEX  the values of a command, laid out by this list: says what they are
  --kernel N   the contactless kernel, 2 to 8, which decides what some tags mean
  --json       {"entries": […]}, {"hex": …}, or {"objects": […]} with --split
  --help       this text
`;

/** `tessera tlv dol …` */
export const dol: Command = {
  name: 'dol',
  summary: 'read a data object list, or build from it',
  help: HELP,
  run(args, console) {
    const { values, positionals } = readOptions(args, {
      split: { type: 'string' },
      kernel: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const { json, split } = values;
    const kernel = parseKernel(values.kernel);
    const [list, ...rest] = positionals;
    const pairs = rest.length > 0 ? readPairs(rest) : [];
    if (!pairs) throw new UsageError('Behind the list comes TAG=VALUE ….');
    const bytes = readHex(list, console);
    if (!bytes.ok) return refuse(bytes.error, { json }, console);
    const entries = parseDol(bytes.value);
    if (!entries.ok) {
      const shown = isOnScreen(list) ? { json, bytes: bytes.value } : { json };
      return refuse(entries.error, shown, console);
    }
    if (split !== undefined) return showSplit(entries.value, split, { json, kernel }, console);
    if (pairs.length > 0) return build(encodeHex(bytes.value), pairs, json, console);
    showEntries(entries.value, { json, kernel }, console);
    return 0;
  },
};

interface View {
  readonly json: boolean;
  readonly kernel: number | undefined;
}

function showEntries(entries: readonly DolEntry[], { json, kernel }: View, console: Console): void {
  const named = entries.map((entry) => ({
    ...entry,
    name: tagEntry(entry.tag, { kernel })?.name ?? 'Unknown',
  }));
  const total = entries.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  if (json) console.out(`${JSON.stringify({ entries: named, lengthBytes: total })}\n`);
  else {
    for (const { tag, name, lengthBytes } of named)
      console.out(`${tag}  ${name}  ${lengthBytes}\n`);
    console.out(`${total} bytes in all\n`);
  }
}

function build(
  list: string,
  pairs: readonly (readonly [string, string])[],
  json: boolean,
  console: Console,
): number {
  const built = runKind('dol.build', { dol: list, data: Object.fromEntries(pairs) });
  if (!built.ok) return refuse(built.error, { json }, console);
  console.out(json ? `${JSON.stringify(built.value)}\n` : `${built.value['hex']}\n`);
  return 0;
}

function showSplit(
  entries: readonly DolEntry[],
  argument: string,
  { json, kernel }: View,
  console: Console,
): number {
  const values = readHex(argument, console);
  if (!values.ok) return refuse(values.error, { json }, console);
  const objects = splitDol(entries, values.value);
  if (!objects) {
    const offset = values.value.length;
    return refuse({ kind: 'wrong-length', path: '--split', offset }, { json }, console);
  }
  const described = describeTlv(objects, { kernel });
  console.out(json ? `${JSON.stringify({ objects: described })}\n` : described.map(lines).join(''));
  return 0;
}
