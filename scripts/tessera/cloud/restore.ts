import { mkdir } from 'node:fs/promises';
import {
  type RestoreOptions,
  type RestoreReport,
  restoreBackup,
} from '#cloud/store/backup/restore-backup.ts';
import { type Command, UsageError } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { refuse } from '../refuse.ts';
import { onTableOf } from './backup-summary.ts';
import { dataDirOf, PLACE_HELP, PLACE_OPTIONS, refusing, startEmbedded } from './cloud-place.ts';
import { OWNER_HELP, ownerDatabase } from './owner-database.ts';
import { readPassphrase } from './passphrase.ts';

/** `tessera cloud restore` */
export const restore: Command = {
  name: 'restore',
  summary: 'put a backup into an empty database',
  help: `Puts a backup into a database: all of it or nothing. Then it adds the ledger up and follows
the audit log.

  tessera cloud restore --from backups/monday --data-dir restored
  tessera cloud restore --from backups/monday --data-dir restored --passphrase-file passphrase.txt

  --from DIR           the backup
${PLACE_HELP}
${OWNER_HELP}
  --passphrase-file F  of --with-secrets, where the data directory has no secrets.json
  --replace            drop what the cloud's database holds; without it only an empty one is taken
  --json               {"takenAt", "tables": [{"name", "rows"}], "ledger": {"entries", "totals",
                       "misstated", "overdrawn"}, "audit": {"entries", "chains", "broken"}}
  --help               this text

No cloud may run on the database meanwhile. Payments made after the backup are not in it: see
docs/OPERATING.md for how they are found.
Exit code 1 when it is refused, and nothing was changed; also when it was restored and ledger or
audit log are not sound.
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...PLACE_OPTIONS,
      from: { type: 'string' },
      'passphrase-file': { type: 'string' },
      replace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const { from, json, replace } = values;
    const passphraseFile = values['passphrase-file'];
    if (from === undefined) throw new UsageError('Give --from DIR.');
    const dataDir = dataDirOf(values);
    const passphrase = passphraseFile === undefined ? undefined : readPassphrase(passphraseFile);
    const options = {
      ...{ backupDir: from, dataDir, passphrase, replace },
      ...{ now: new Date(), onTable: onTableOf(console) },
    };
    const restored = await refusing(() => restoreInto(ownerDatabase(values), options));
    if (!restored.ok) return refuse(restored.error, { json }, console);
    const { ledger, audit } = restored.value;
    console.out(json ? `${jsonOf(restored.value)}\n` : textOf(restored.value));
    return [ledger.misstated, ledger.overdrawn, audit.broken].every(({ length }) => length === 0)
      ? 0
      : 1;
  },
};

async function restoreInto(named: string | undefined, options: Omit<RestoreOptions, 'open'>) {
  if (named) {
    return restoreBackup({
      ...options,
      open: async () => ({ databaseUrl: named, isClaimed: false }),
    });
  }
  await mkdir(options.dataDir, { recursive: true, mode: 0o711 });
  let stop = async () => {};
  const open = async () => {
    const cluster = await startEmbedded(options.dataDir);
    stop = () => cluster.stop();
    return { databaseUrl: cluster.databaseUrl, isClaimed: true };
  };
  return restoreBackup({ ...options, open }).finally(() => stop());
}

function jsonOf({ manifest, ledger, audit }: RestoreReport): string {
  const report = {
    takenAt: manifest.takenAt,
    tables: manifest.tables.map(({ name, rows }) => ({ name, rows })),
    ledger,
    audit: { entries: audit.entries, chains: audit.heads.length, broken: audit.broken },
  };
  return JSON.stringify(report, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}

function textOf({ manifest, ledger, audit }: RestoreReport): string {
  const lines = manifest.tables.map(
    ({ name, rows }) => `  ${name.padEnd(24)}${`${rows}`.padStart(12)}\n`,
  );
  const accounts = [...ledger.misstated, ...ledger.overdrawn].length;
  const books = accounts === 0 ? 'it adds up' : `${accounts} accounts do not add up`;
  const chains = `${audit.entries} entries in ${audit.heads.length} chains`;
  const log = audit.broken.length === 0 ? 'all as written' : `${audit.broken.length} broken`;
  return `Restored the backup of ${manifest.takenAt}. Rows:
${lines.join('')}Ledger: ${ledger.entries} entries, ${books}.
Audit log: ${chains}, ${log}.\n`;
}
