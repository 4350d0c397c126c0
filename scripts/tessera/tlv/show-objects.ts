import type { Json } from '#certify/vector-kind.ts';
import type { TagContext } from '#kernel/emv/dictionary/tag-entry.ts';
import type { Tlv } from '#kernel/tlv/ber.ts';
import type { Command, Console } from '../command.ts';
import { INPUT_HELP } from '../read-input.ts';
import { readOptions } from '../read-options.ts';
import { refuse } from '../refuse.ts';
import {
  OBJECTS_HELP,
  OBJECTS_OPTIONS,
  type ObjectsRefusal,
  parseKernel,
  readObjects,
} from './read-objects.ts';

/** What of the objects is shown: all, or with what is sensitive masked. */
export interface ShowOptions extends TagContext {
  readonly reveal: boolean;
}

/** How a command shows the objects it has read. */
export interface ObjectsView {
  readonly name: string;
  readonly summary: string;
  readonly intro: string;
  /** What `--json` gives, for the help. */
  readonly jsonHelp: string;
  toJson(objects: readonly Tlv[], options: ShowOptions): Json;
  toText(objects: readonly Tlv[], options: ShowOptions): string;
}

/** A command that reads objects and shows them. */
export function showObjects(view: ObjectsView): Command {
  const { name, summary } = view;
  return {
    name,
    summary,
    help: helpText(view),
    run(args, console) {
      const { values, positionals } = readOptions(args, OBJECTS_OPTIONS);
      const { json, reveal } = values;
      const options = { reveal, kernel: parseKernel(values.kernel) };
      const objects = readObjects(positionals, values, console);
      if (!objects.ok) return refuseObjects(view, objects.error, { ...options, json }, console);
      if (json) console.out(`${JSON.stringify(view.toJson(objects.value, options))}\n`);
      else console.out(view.toText(objects.value, options));
      return 0;
    },
  };
}

function helpText({ name, intro, jsonHelp }: ObjectsView): string {
  return `${intro}

  tessera tlv ${name} "9F02 06 000000001430 95 05 0000008000"
  tessera tlv ${name} @record.hex --kernel 3

${INPUT_HELP}

${OBJECTS_HELP}
  --json          ${jsonHelp}
  --reveal        show card numbers, tracks and whatever else is masked
  --help          this text
`;
}

/** Tells why, and what had been decoded before the fault. */
function refuseObjects(
  view: ObjectsView,
  { error, decoded, bytes }: ObjectsRefusal,
  options: ShowOptions & { readonly json: boolean },
  console: Console,
): 1 {
  const { json } = options;
  if (json) {
    const { kind, path, offset } = error;
    const shown = view.toJson(decoded, options);
    console.out(`${JSON.stringify({ error: { kind, path, offset }, decoded: shown })}\n`);
    return 1;
  }
  refuse(error, { json, ...(bytes && { bytes }) }, console);
  if (decoded.length > 0) console.err(`Decoded before that:\n${view.toText(decoded, options)}`);
  return 1;
}
