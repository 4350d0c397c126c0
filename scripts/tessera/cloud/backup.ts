import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BackupOptions, writeBackup } from '#cloud/store/backup/write-backup.ts';
import { type Command, UsageError } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { refuse } from '../refuse.ts';
import { onTableOf, summaryOf, textOf } from './backup-summary.ts';
import { dataDirOf, PLACE_HELP, PLACE_OPTIONS, refusing, withEmbedded } from './cloud-place.ts';
import { OWNER_HELP, ownerDatabase } from './owner-database.ts';
import { readPassphrase } from './passphrase.ts';

/** `tessera cloud backup` */
export const backup: Command = {
  name: 'backup',
  summary: "write a cloud's database to a folder while it goes on",
  help: `Writes all tables of a cloud's database as they are at one moment; it may go on meanwhile.

  tessera cloud backup --out backups/monday
  tessera cloud backup --out backups/monday --with-secrets --passphrase-file passphrase.txt

  --out DIR            a folder that is not there yet; it appears when all of it is on the disk
${PLACE_HELP}
${OWNER_HELP}
  --with-secrets       put the keys of the cloud in, sealed under a passphrase
  --passphrase-file F  where the passphrase is: 12 characters or more
  --json               {"takenAt", "schema", "tables": [{"name", "rows", "bytes"}],
                       "secretFiles", "withSecrets"}
  --help               this text

The rows hold no card number and no clear key, but balances, payments and masked card numbers: they
are not enciphered, so keep the folder where only you can read. Without the files that are named at
the end a backup cannot be used; unless --with-secrets is given, keep them elsewhere.
Exit code 1 when it is refused; the backup is then not there.
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...PLACE_OPTIONS,
      out: { type: 'string' },
      'with-secrets': { type: 'boolean', default: false },
      'passphrase-file': { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const { out, json } = values;
    const passphraseFile = values['passphrase-file'];
    if (out === undefined) throw new UsageError('Give --out DIR.');
    if (values['with-secrets'] !== (passphraseFile !== undefined))
      throw new UsageError('--with-secrets and --passphrase-file go together.');
    const dataDir = dataDirOf(values);
    const options: Omit<BackupOptions, 'databaseUrl'> = {
      ...{ dataDir, outDir: out, now: new Date(), onTable: onTableOf(console) },
      ...(passphraseFile !== undefined && { passphrase: readPassphrase(passphraseFile) }),
    };
    const write = (databaseUrl: string) => writeBackup({ ...options, databaseUrl });
    const named = ownerDatabase(values);
    if (!named && !existsSync(path.join(dataDir, 'postgres')))
      throw new UsageError(`There is no cloud in ${dataDir}; give --data-dir.`);
    const written = await refusing(() => (named ? write(named) : withEmbedded(dataDir, write)));
    if (!written.ok) return refuse(written.error, { json }, console);
    const manifest = written.value;
    console.out(json ? `${JSON.stringify(summaryOf(manifest))}\n` : textOf(manifest));
    return 0;
  },
};
