import { audit } from './cloud/audit.ts';
import { ledger } from './cloud/ledger.ts';
import { type Command, commandGroup } from './command.ts';

/** `tessera cloud …` */
export const cloud: Command = commandGroup(
  'cloud',
  'look after a cloud: its books, its audit log, its terminals',
  'tessera cloud ledger verify --data-dir .tessera',
  [audit, ledger],
);
