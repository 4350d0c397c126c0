import { audit } from './cloud/audit.ts';
import { backup } from './cloud/backup.ts';
import { checkBackupCommand } from './cloud/check-backup.ts';
import { disputes } from './cloud/disputes.ts';
import { ledger } from './cloud/ledger.ts';
import { payout } from './cloud/payout.ts';
import { reconcile } from './cloud/reconcile.ts';
import { restore } from './cloud/restore.ts';
import { terminals } from './cloud/terminals.ts';
import { unknowns } from './cloud/unknowns.ts';
import { type Command, commandGroup } from './command.ts';

/** `tessera cloud …` */
export const cloud: Command = commandGroup(
  'cloud',
  'look after a cloud: its books, its audit log, its terminals, its backups',
  'tessera cloud ledger verify --data-dir .tessera',
  [
    ...[audit, ledger, reconcile, payout, disputes, terminals, unknowns],
    ...[backup, checkBackupCommand, restore],
  ],
);
