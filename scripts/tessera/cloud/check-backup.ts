import { checkBackup } from '#cloud/store/backup/check-backup.ts';
import { type Command, UsageError } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { refuse } from '../refuse.ts';
import { summaryOf, textOf } from './backup-summary.ts';
import { refusing } from './cloud-place.ts';

/** `tessera cloud check-backup` */
export const checkBackupCommand: Command = {
  name: 'check-backup',
  summary: 'read all of a backup and compare it with its digests',
  help: `Reads all of a backup and compares it with the digests in its manifest. It needs no key and
no database, and does not replace a restore to a spare one now and then.

  tessera cloud check-backup --from backups/monday

  --from DIR           the backup
  --json               as that of tessera cloud backup
  --help               this text

Exit code 1 when a file is missing, cut, longer or changed, and when its schema is newer than this
version knows.
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      from: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const { from, json } = values;
    if (from === undefined) throw new UsageError('Give --from DIR.');
    const read = await refusing(() => checkBackup(from));
    if (!read.ok) return refuse(read.error, { json }, console);
    const { manifest } = read.value;
    console.out(json ? `${JSON.stringify(summaryOf(manifest))}\n` : textOf(manifest));
    return 0;
  },
};
