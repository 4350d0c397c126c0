import type { TagEntry } from '#kernel/emv/dictionary/tag-entry.ts';
import { TAG_ENTRIES } from '#kernel/emv/dictionary/tags.ts';
import { type Command, UsageError } from '../command.ts';
import { readOptions } from '../read-options.ts';

const HELP = `Looks up every meaning of a tag, or tags by a word of their name.

  tessera tlv tag 9F6E
  tessera tlv tag cryptogram

  --json  {"tags": [{"tag", "name", "format", "lengthBytes", "source", "templates",
          "sensitivity", "citation", "kernel"?}]}
  --help  this text
`;

/** `tessera tlv tag …` */
export const tag: Command = {
  name: 'tag',
  summary: 'look tags up in the dictionary',
  help: HELP,
  run(args, console) {
    const { values, positionals } = readOptions(args, {
      json: { type: 'boolean', default: false },
    });
    if (positionals.length === 0) throw new UsageError('Give a tag, or a word of a name.');
    const found = TAG_ENTRIES.filter((entry) => positionals.some((word) => matches(entry, word)));
    if (values.json) console.out(`${JSON.stringify({ tags: found })}\n`);
    else console.out(found.map(lines).join(''));
    if (found.length > 0) return 0;
    console.err('Nothing of that is in the dictionary.\n');
    return 1;
  },
};

function matches(entry: TagEntry, word: string): boolean {
  if (/^[0-9A-F]{2,8}$/i.test(word)) return entry.tag === word.toUpperCase();
  return entry.name.toLowerCase().includes(word.toLowerCase());
}

function lines(entry: TagEntry): string {
  const { tag, name, format, lengthBytes, source, templates, sensitivity, citation } = entry;
  const [smallest, largest] = lengthBytes;
  const length = smallest === largest ? `${smallest}` : `${smallest} to ${largest}`;
  const kernel = entry.kernel === undefined ? '' : ` (kernel ${entry.kernel})`;
  const found = templates.length > 0 ? `, in ${templates.join(', ')}` : '';
  return `${tag}  ${name}${kernel}
      ${format}, ${length} bytes, from the ${source}${found}
      sensitivity: ${sensitivity}; ${citation}
`;
}
