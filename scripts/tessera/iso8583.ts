import { commandGroup } from './command.ts';
import { decode } from './iso8583/decode.ts';
import { describe } from './iso8583/describe.ts';
import { encode } from './iso8583/encode.ts';
import { specs } from './iso8583/specs.ts';

/** `tessera iso8583 …` */
export const iso8583 = commandGroup(
  'iso8583',
  'decode, encode and describe ISO 8583 messages',
  'tessera iso8583 describe --spec iso87-ascii @message.hex',
  [decode, encode, describe, specs],
);
