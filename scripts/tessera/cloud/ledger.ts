import { listBalances } from '#cloud/ledger/balances.ts';
import { verifyLedger } from '#cloud/ledger/ledger.ts';
import { type Command, commandGroup } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { PLACE_HELP } from './cloud-place.ts';
import { CLOUD_OPTIONS, withCloud } from './open-cloud.ts';
import { amountText, tableText, writeReport } from './report.ts';

const ledgerVerify: Command = {
  name: 'verify',
  summary: 'add the whole ledger up and say where it is not sound',
  help: `Adds the whole ledger up and says where it is not sound.

  tessera cloud ledger verify

${PLACE_HELP}
  --json               {"entries", "totals": [{"currency", "movedMinor"}], "misstated",
                       "overdrawn"}
  --help               this text

Exit code 1 when it is not sound.
`,
  async run(args, console) {
    const { values } = readOptions(args, CLOUD_OPTIONS);
    const report = await withCloud(values, ({ db }) => verifyLedger(db));
    const { entries, misstated, overdrawn } = report;
    const faults = [
      ...misstated.map((account) => `  ${account}: its balance is not what its transfers give\n`),
      ...overdrawn.map((account) => `  ${account}: more was taken than was there\n`),
    ];
    const verdict = faults.length === 0 ? 'sound' : 'not sound';
    const text = `${entries} entries, ${verdict}.\n${faults.join('')}`;
    writeReport(report, text, values.json, console);
    return faults.length === 0 ? 0 : 1;
  },
};

const ledgerBalances: Command = {
  name: 'balances',
  summary: 'what accounts have, by currency',
  help: `Lists what accounts have: credits less debits, by currency. Those of cards and merchants
are added up by kind, unless --account says which.

  tessera cloud ledger balances
  tessera cloud ledger balances --account merchant:

  --account TEXT       each account that begins so
${PLACE_HELP}
  --json               {"balances": [{"account", "currency", "accounts", "balanceMinor"}]}
  --help               this text

Exit code 1 when all together are not nothing.
`,
  async run(args, console) {
    const { values } = readOptions(args, { ...CLOUD_OPTIONS, account: { type: 'string' } });
    const balances = await withCloud(values, ({ db }) => listBalances(db, values.account));
    const rows = balances.map(({ account, currency, balanceMinor }) => [
      account,
      amountText(balanceMinor, currency),
    ]);
    const text = rows.length === 0 ? 'There is no such account.\n' : tableText(rows, 1);
    writeReport({ balances }, text, values.json, console);
    const sums = Map.groupBy(balances, ({ currency }) => currency).values();
    const isNothing = [...sums].every(
      (of) => of.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0n) === 0n,
    );
    return values.account !== undefined || isNothing ? 0 : 1;
  },
};

/** `tessera cloud ledger …` */
export const ledger: Command = commandGroup(
  'ledger',
  'what was booked',
  'tessera cloud ledger verify',
  [ledgerVerify, ledgerBalances],
);
