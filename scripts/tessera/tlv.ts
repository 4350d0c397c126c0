import { type Command, commandGroup } from './command.ts';
import { decode } from './tlv/decode.ts';
import { describe } from './tlv/describe.ts';
import { dol } from './tlv/dol.ts';
import { encode } from './tlv/encode.ts';
import { tag } from './tlv/tag.ts';

/** `tessera tlv …` */
export const tlv: Command = commandGroup(
  'tlv',
  'decode, build and describe BER-TLV and data object lists (EMV Book 3, Annex B and 5.4)',
  'tessera tlv describe "9F02 06 000000001430 95 05 0000008000"',
  [decode, encode, describe, dol, tag],
);
