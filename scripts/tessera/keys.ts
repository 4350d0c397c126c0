import { type Command, commandGroup } from './command.ts';
import { EMV_COMMANDS } from './keys/emv-commands.ts';
import { KEY_COMMANDS } from './keys/key-commands.ts';
import { kindCommand } from './kind-command.ts';

/** `tessera keys …` */
export const keys: Command = commandGroup(
  'keys',
  'payment keys, PIN blocks, MACs and cryptograms',
  'tessera keys kcv --key @key.hex',
  [...KEY_COMMANDS, ...EMV_COMMANDS].map(kindCommand),
);
