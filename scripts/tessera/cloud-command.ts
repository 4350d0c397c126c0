import { audit } from './cloud/audit.ts';
import { disputes } from './cloud/disputes.ts';
import { ledger } from './cloud/ledger.ts';
import { payout } from './cloud/payout.ts';
import { reconcile } from './cloud/reconcile.ts';
import { terminals } from './cloud/terminals.ts';
import { unknowns } from './cloud/unknowns.ts';
import { type Command, commandGroup } from './command.ts';

/** `tessera cloud …` */
export const cloud: Command = commandGroup(
  'cloud',
  'look after a cloud: its books, its audit log, its terminals',
  'tessera cloud ledger verify --data-dir .tessera',
  [audit, ledger, reconcile, payout, disputes, terminals, unknowns],
);
