import { type Command, commandGroup } from './command.ts';
import { emvConfig } from './emv/config.ts';
import { emvExplain } from './emv/explain.ts';

/** `tessera emv …` */
export const emv: Command = commandGroup(
  'emv',
  'the kernels: their configuration, and why they decided as they did',
  'tessera emv config check emv.json',
  [emvConfig, emvExplain],
);
