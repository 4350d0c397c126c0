import type { Json } from '#certify/vector-kind.ts';
import type { DescribedTag } from '#kernel/emv/dictionary/describe.ts';
import { type DescribedField, describeMessage } from '#kernel/iso8583/describe.ts';
import { describeMti } from '#kernel/iso8583/describe-mti.ts';
import type { RevealOption } from '#kernel/iso8583/masking.ts';
import { decodeMessage, type Message, type MessageError } from '#kernel/iso8583/message.ts';
import { messageToJson } from '#kernel/iso8583/message-json.ts';
import type { FieldValue, MessageSpec } from '#kernel/iso8583/spec.ts';
import type { Command, Console } from '../command.ts';
import { INPUT_HELP, isOnScreen } from '../read-input.ts';
import { readOptions } from '../read-options.ts';
import { refuse } from '../refuse.ts';
import { chooseSpec, SPEC_HELP } from './choose-spec.ts';
import { MESSAGES_HELP, MESSAGES_OPTIONS, readMessages } from './read-messages.ts';

type AnyMessage = Message<Readonly<Record<number, FieldValue>>>;

/** How a command shows the messages it has read. */
export interface MessageView {
  readonly name: string;
  readonly summary: string;
  readonly intro: string;
  /** What `--json` gives, for the help. */
  readonly jsonHelp: string;
  toJson(spec: MessageSpec, message: AnyMessage, options: RevealOption): Json;
  toText(spec: MessageSpec, message: AnyMessage, options: RevealOption): string;
}

/** A command that reads messages and shows them. */
export function showMessages(view: MessageView): Command {
  const { name, summary } = view;
  return {
    name,
    summary,
    help: helpText(view),
    run(args, console) {
      const { values, positionals } = readOptions(args, {
        spec: { type: 'string' },
        ...MESSAGES_OPTIONS,
        json: { type: 'boolean', default: false },
        reveal: { type: 'boolean', default: false },
      });
      const { json, reveal, framing } = values;
      const spec = chooseSpec(values.spec);
      const argument = positionals.length > 1 ? positionals.join('') : positionals[0];
      const messages = readMessages(argument, values, console);
      if (!messages.ok) return refuse(messages.error, { json }, console);
      const shown: Json[] = [];
      for (const [index, bytes] of messages.value.entries()) {
        const message = decodeMessage(spec, bytes);
        if (!message.ok) {
          const mayShow = isOnScreen(argument) || reveal;
          const before = framing && { messages: shown };
          const refusal = { json, reveal, ...(mayShow && { bytes }), ...before };
          return refuseMessage(spec, message.error, refusal, console);
        }
        if (json) shown.push(view.toJson(spec, message.value, { reveal }));
        else console.out((index > 0 ? '\n' : '') + view.toText(spec, message.value, { reveal }));
      }
      if (json) console.out(`${JSON.stringify(framing ? { messages: shown } : shown[0])}\n`);
      return 0;
    },
  };
}

function helpText({ name, intro, jsonHelp }: MessageView): string {
  return `${intro}

  tessera iso8583 ${name} --spec iso87-ascii @message.hex
  tessera iso8583 ${name} --spec host.json --framing binary-2 --binary - < recording.bin

${INPUT_HELP}

${SPEC_HELP}
${MESSAGES_HELP}
  --json                 ${jsonHelp}
  --reveal               show card numbers, tracks, PIN blocks and whatever else is masked
  --help                 this text
`;
}

interface Refusal extends RevealOption {
  readonly json: boolean;
  readonly bytes?: Uint8Array;
  /** Those in the frames before. */
  readonly messages?: readonly Json[];
}

/** Tells why, and what had been decoded before the fault. */
function refuseMessage(
  spec: MessageSpec,
  error: MessageError,
  { json, reveal = false, bytes, messages }: Refusal,
  console: Console,
): 1 {
  const { kind, path, offset, decoded } = error;
  const { mti = '', fields, header } = decoded;
  const before = { mti, fields, ...(header !== undefined && { header }) };
  if (json) {
    const shown = messageToJson(spec, before, { reveal });
    const refused = { error: { kind, path, offset }, decoded: shown };
    console.out(`${JSON.stringify({ ...(messages && { messages }), ...refused })}\n`);
    return 1;
  }
  refuse(error, { json, ...(bytes && { bytes }) }, console);
  const lines = messageLines(spec, before, { reveal });
  if (mti !== '') console.err(`Decoded before that:\n${lines}`);
  return 1;
}

/** A message field by field: number, name, value, and what is in it. */
export function messageLines(
  spec: MessageSpec,
  message: AnyMessage,
  options: RevealOption,
): string {
  const { mti } = message;
  const fields = describeMessage(spec, message, options);
  return `${mti}  ${describeMti(mti)}\n${fields.map(fieldLines).join('')}`;
}

function fieldLines({ path, name, value, objects, parts }: DescribedField): string {
  const line = `${path.padStart(6)}  ${name}  ${value}`.trimEnd();
  return [`${line}\n`, ...(objects ?? []).map(tagLines), ...(parts ?? []).map(fieldLines)].join('');
}

function tagLines({ depth, tag, name, value, meanings }: DescribedTag): string {
  const indent = ' '.repeat(10 + 2 * depth);
  const line = `${indent}${tag}  ${name}  ${value}`.trimEnd();
  return [`${line}\n`, ...meanings.map((meaning) => `${indent}    ${meaning}\n`)].join('');
}
