import { type Command, commandGroup } from './command.ts';
import { emvConfig } from './emv/config.ts';

/** `tessera emv …` */
export const emv: Command = commandGroup(
  'emv',
  'the kernels: their configuration',
  'tessera emv config check emv.json',
  [emvConfig],
);
