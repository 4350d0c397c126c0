import type { MessageSpec } from '#kernel/iso8583/spec.ts';
import { formatMessageSpec } from '#kernel/iso8583/spec-json.ts';
import { SHIPPED_SPECS } from '#kernel/iso8583/specs/find-spec.ts';
import { type Command, UsageError } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { chooseSpec } from './choose-spec.ts';

const HELP = `Lists the specifications that come with the kernel, or writes one as JSON, to be
changed and given to the other commands as a file.

  tessera iso8583 specs
  tessera iso8583 specs iso87-ascii > host.json

  --json  the list as JSON
  --help  this text
`;

/** `tessera iso8583 specs …` */
export const specs: Command = {
  name: 'specs',
  summary: 'list the shipped specifications',
  help: HELP,
  run(args, console) {
    const { values, positionals } = readOptions(args, {
      json: { type: 'boolean', default: false },
    });
    if (positionals.length > 1) throw new UsageError('Give one name.');
    const [name] = positionals;
    if (name !== undefined) console.out(`${formatMessageSpec(chooseSpec(name))}\n`);
    else if (values.json) console.out(`${JSON.stringify({ specs: SHIPPED_SPECS.map(row) })}\n`);
    else console.out(SHIPPED_SPECS.map(line).join(''));
    return 0;
  },
};

function row({ name, mtiEncoding, bitmapEncoding, fields, header }: MessageSpec) {
  const count = Object.keys(fields).length;
  return { name, mtiEncoding, bitmapEncoding, fields: count, header: header !== undefined };
}

function line(spec: MessageSpec): string {
  const { name, mtiEncoding, bitmapEncoding, fields, header } = row(spec);
  const behind = header ? ', behind a header' : '';
  const how = `message type in ${mtiEncoding}, bitmap in ${bitmapEncoding}${behind}`;
  return `${name.padEnd(20)}${String(fields).padStart(4)} fields, ${how}\n`;
}
