import type { Json } from '#certify/vector-kind.ts';
import { describeMessage } from '#kernel/iso8583/describe.ts';
import { describeMti } from '#kernel/iso8583/describe-mti.ts';
import { messageLines, showMessages } from './show-messages.ts';

/** `tessera iso8583 describe …` */
export const describe = showMessages({
  name: 'describe',
  summary: 'say what messages mean',
  intro: 'Says what ISO 8583 messages mean: names of fields and tags, and their bits, masked.',
  jsonHelp: '{"mti", "meaning", "fields": [{"number", "path", "name", "value", …}]}',
  toJson(spec, message, options) {
    const { mti } = message;
    const fields = describeMessage(spec, message, options);
    return { mti, meaning: describeMti(mti), fields: fields as unknown as Json };
  },
  toText: messageLines,
});
