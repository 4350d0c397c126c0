import type { Json } from '#certify/vector-kind.ts';
import { type JsonField, type JsonPart, messageToJson } from '#kernel/iso8583/message-json.ts';
import type { JsonTlv } from '#kernel/iso8583/tlv-json.ts';
import { type MessageView, showMessages } from './show-messages.ts';

const VIEW: MessageView = {
  name: 'decode',
  summary: 'take messages apart',
  intro: 'Takes ISO 8583 messages apart, field by field, masked.',
  jsonHelp: '{"mti", "fields"}; with --reveal, what `encode` takes',
  toJson: (spec, message, options): Json => ({ ...messageToJson(spec, message, options) }),
  toText(spec, message, options) {
    const { mti, header, fields } = messageToJson(spec, message, options);
    const head = header === undefined ? [] : lines('header', header);
    const rows = Object.entries(fields).flatMap(([number, value]) => lines(number, value));
    return [`mti  ${mti}\n`, ...head, ...rows].join('');
  },
};

/** A line for each value, with its path. */
function lines(path: string, value: JsonField): readonly string[] {
  if (typeof value === 'string') return [`${path}  ${value}\n`];
  const parts: readonly (readonly [string, JsonField])[] = Array.isArray(value)
    ? value.map((object: JsonTlv | JsonPart) => [object.tag, contentOf(object)])
    : Object.entries(value);
  return parts.flatMap(([part, inner]) => lines(`${path}.${part}`, inner));
}

function contentOf(object: JsonTlv | JsonPart): JsonField {
  return 'children' in object && object.children ? object.children : (object.value ?? '');
}

/** `tessera iso8583 decode …` */
export const decode = showMessages(VIEW);
