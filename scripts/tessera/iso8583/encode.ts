import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { framed } from '#kernel/iso8583/framing.ts';
import { encodeMessage } from '#kernel/iso8583/message.ts';
import { messageFromJson } from '#kernel/iso8583/message-json.ts';
import { type Command, UsageError } from '../command.ts';
import { INPUT_HELP, readText } from '../read-input.ts';
import { readOptions } from '../read-options.ts';
import { refuse } from '../refuse.ts';
import { parseJson } from '../run-kind.ts';
import { chooseSpec, SPEC_HELP } from './choose-spec.ts';
import { frameFormat, MAX_MESSAGE_BYTES } from './read-messages.ts';

const HELP = `Builds an ISO 8583 message; it is written in hex.

  tessera iso8583 encode --spec iso87-ascii '{"mti": "0800", "fields": {"11": "000001"}}'
  tessera iso8583 encode --spec iso87-ascii --framing binary-2 @message.json

As \`decode --json --reveal\` gives it: text as it is, bytes in hex, composites by their parts,
BER-TLV in hex, as a list [{"tag", "value"}], or as an object by tag, in which reading
JSON puts tags such as 82 before 9F02.
${INPUT_HELP}

${SPEC_HELP}
  --framing FORMAT       put it in a frame: binary-2, bcd-2, ascii-4, vmlh
  --tpdu HEX             put this TPDU of 5 bytes before it
  --json                 {"hex": …}
  --help                 this text
`;

/** `tessera iso8583 encode …` */
export const encode: Command = {
  name: 'encode',
  summary: 'build a message',
  help: HELP,
  run(args, console) {
    const { values, positionals } = readOptions(args, {
      spec: { type: 'string' },
      framing: { type: 'string' },
      tpdu: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    });
    const { json, tpdu } = values;
    const spec = chooseSpec(values.spec);
    const format = frameFormat(values.framing);
    if (tpdu !== '' && !/^60[0-9A-Fa-f]{8}$/.test(tpdu)) {
      throw new UsageError('--tpdu is 10 hex digits that begin with 60.');
    }
    if (positionals.length > 1) throw new UsageError('Give one JSON.');
    const input = parseJson(readText(positionals[0], console), 'The input is not JSON.');
    const message = messageFromJson(spec, input);
    if (!message.ok) return refuse(message.error, { json }, console);
    const encoded = encodeMessage(spec, message.value);
    if (!encoded.ok) return refuse(encoded.error, { json }, console);
    const behindTpdu = concatBytes(hex(tpdu), encoded.value);
    const most = format ? MAX_MESSAGE_BYTES[format] : Number.POSITIVE_INFINITY;
    if (behindTpdu.length > most) {
      return refuse({ kind: 'bad-frame-length', path: '', offset: most }, { json }, console);
    }
    const bytes = format ? framed(format, most).encode(behindTpdu) : behindTpdu;
    console.out(json ? `${JSON.stringify({ hex: encodeHex(bytes) })}\n` : `${encodeHex(bytes)}\n`);
    return 0;
  },
};
