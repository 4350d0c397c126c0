import { appendFileSync, writeFileSync } from 'node:fs';
import { replayStored } from '#cloud/scoring/decision-store.ts';
import { recordFraud } from '#cloud/scoring/fraud-labels.ts';
import { encodeHistoryLine } from '#cloud/scoring/history.ts';
import { type Command, UsageError } from './command.ts';
import { readOptions } from './read-options.ts';
import { HISTORY_HELP, HISTORY_OPTIONS, readHistory, withDatabase } from './score-history.ts';
import { refuseFile } from './score-input.ts';

const DATABASE_OPTION = { 'database-url': { type: 'string' } } as const;
const DATABASE_HELP = '  --database-url URL   the database of a cloud (also: TESSERA_DATABASE_URL)';

/** `tessera score replay` */
export const scoreReplay: Command = {
  name: 'replay',
  summary: 'compute every stored decision again and compare all bits',
  help: `Computes every stored decision again, by the rules and the model that decided it.

  tessera score replay --database-url postgresql://localhost/tessera

${DATABASE_HELP}
  --json               {"decisions", "same", "faults": [{"terminalId", "stan", "transmittedAt",
                       "fault"}]}
  --help               this text

Exit code 1 when one does not come out the same.
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...DATABASE_OPTION,
      json: { type: 'boolean', default: false },
    });
    const report = await withDatabase(values['database-url'], replayStored);
    const lines = report.faults.map(
      ({ terminalId, stan, transmittedAt, fault }) =>
        `  terminal ${terminalId}, STAN ${stan} of ${transmittedAt}: ${fault.kind}\n`,
    );
    const text = `${report.same} of ${report.decisions} decisions come out the same.\n`;
    console.out(values.json ? `${JSON.stringify(report)}\n` : `${text}${lines.join('')}`);
    return report.faults.length === 0 ? 0 : 1;
  },
};

/** `tessera score label` */
export const scoreLabel: Command = {
  name: 'label',
  summary: 'record that a payment turned out to be fraud',
  help: `Records that a payment turned out to be fraud; a running cloud learns of it in a minute.

  tessera score label --terminal 10000001 --stan 000042 --at 0704120000

  --terminal ID        DE 41 of the payment
  --stan N             DE 11, six digits
  --at MMDDhhmmss      DE 7
${DATABASE_HELP}
  --help               this text

Exit code 1 when there is no such payment, or it is labelled already.
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...DATABASE_OPTION,
      terminal: { type: 'string' },
      stan: { type: 'string' },
      at: { type: 'string' },
    });
    const { terminal: terminalId, stan, at: transmittedAt } = values;
    if (terminalId === undefined || stan === undefined || transmittedAt === undefined)
      throw new UsageError('Give --terminal, --stan and --at.');
    const payment = { terminalId, stan, transmittedAt };
    const isNew = await withDatabase(values['database-url'], (db) =>
      recordFraud(db, payment, new Date()),
    );
    if (isNew) console.out('Recorded as fraud.\n');
    else console.err('There is no such payment, or it is labelled already.\n');
    return isNew ? 0 : 1;
  },
};

/** `tessera score export` */
export const scoreExport: Command = {
  name: 'export',
  summary: 'write the history of decisions to a file',
  help: `Writes history as JSON lines: what each payment looked like and whether it was fraud.

  tessera score export --database-url postgresql://localhost/tessera --out history.jsonl

  --out FILE           where it is written
  --help               this text

${HISTORY_HELP}
A line is {"decidedAtMs", "isFraud", "features"}; it holds no card number and no token.
`,
  async run(args, console) {
    const { values } = readOptions(args, { ...HISTORY_OPTIONS, out: { type: 'string' } });
    if (values.out === undefined) throw new UsageError('Give --out FILE.jsonl.');
    const history = await readHistory(values);
    if (!history.ok) return refuseFile(history.error, false, console);
    try {
      writeFileSync(values.out, '');
      for (const payment of history.value) appendFileSync(values.out, encodeHistoryLine(payment));
    } catch {
      throw new UsageError(`${values.out} cannot be written.`);
    }
    console.out(`${history.value.length} payments written.\n`);
    return 0;
  },
};
