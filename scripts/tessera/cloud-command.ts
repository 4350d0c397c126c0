import { backup } from './cloud/backup.ts';
import { checkBackupCommand } from './cloud/check-backup.ts';
import { restore } from './cloud/restore.ts';
import { type Command, commandGroup } from './command.ts';

/** `tessera cloud …` */
export const cloud: Command = commandGroup(
  'cloud',
  'look after a cloud: its backups',
  'tessera cloud backup --out backups/monday',
  [backup, checkBackupCommand, restore],
);
