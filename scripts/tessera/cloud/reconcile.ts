import { readFileSync } from 'node:fs';
import { dayOf, parseDay } from '#cloud/settlement/bank-day.ts';
import { identifyBankFile } from '#cloud/settlement/bank-file.ts';
import { matchPayouts } from '#cloud/settlement/match-payouts.ts';
import { compareWithBank } from '#cloud/settlement/read-batches.ts';
import { parseTerminalFile, type TerminalBatches } from '#cloud/settlement/terminal-file.ts';
import type { Malformed, Result } from '#kernel/bytes/result.ts';
import { type Command, UsageError } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { refuse } from '../refuse.ts';
import { differenceText } from './difference-text.ts';
import { ACT_HELP, ACT_OPTIONS, withCloud } from './open-cloud.ts';
import { countText, writeReport } from './report.ts';

/** `tessera cloud reconcile` */
export const reconcile: Command = {
  name: 'reconcile',
  summary: "compare terminals, host and the bank's file",
  help: `Compares what terminals counted, what the host has and what the bank paid, of all closed
batches, and names every difference. The bank's file is a camt.053 or camt.054 of ISO 20022, or
CSV; both, and the terminal's file, are described in docs/SETTLEMENT.md.

  tessera cloud reconcile --bank statement.xml
  tessera cloud reconcile --bank statement.xml --book

  --bank FILE          the bank's file
  --terminal FILE      a terminal's own transactions, as CSV; else its totals are compared
  --due-days N         the bank is to have paid so many days after a batch was closed (default 3)
  --on DATE            the day that is compared on (default today, UTC)
  --book               close the payouts that the bank paid exactly, in the ledger
${ACT_HELP}
  --json               {"bankLines", "differences": [{"kind", "batch": {"terminalId", "currency",
                       "batchNumber"}, "where", "differenceMinor"}], "booked", "withoutPayout"}
  --help               this text

Exit code 1 when there is a difference, or a file is refused.
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...ACT_OPTIONS,
      bank: { type: 'string' },
      terminal: { type: 'string' },
      'due-days': { type: 'string', default: '3' },
      on: { type: 'string', default: dayOf(new Date()) },
      book: { type: 'boolean', default: false },
    });
    const { json } = values;
    if (values.bank === undefined) throw new UsageError('Give --bank FILE.');
    const due = readDue(values['due-days'], values.on);
    const bank = identifyBankFile(readBytes(values.bank));
    if (!bank.ok) return refuse(bank.error, { json }, console);
    const terminal = readTerminal(values.terminal);
    if (!terminal.ok) return refuse(terminal.error, { json }, console);
    const file = terminal.value && { terminal: terminal.value };
    const { differences, matched } = await withCloud(values, async ({ db }) => ({
      differences: await compareWithBank(db, { bank: bank.value, due, ...file }),
      matched: values.book ? await matchPayouts(db, bank.value, new Date()) : undefined,
    }));
    const report = {
      bankLines: bank.value.lines.length,
      differences,
      ...(matched && { booked: matched.booked.length, withoutPayout: matched.withoutPayout }),
    };
    const found = countText(differences.length, 'difference');
    const text = [
      `${countText(report.bankLines, 'payment')} by the bank, ${found}.`,
      ...differences.map((each) => `  ${differenceText(each)}`),
      ...(matched ? [`${countText(matched.booked.length, 'payout')} closed in the ledger.`] : []),
      ...(matched?.withoutPayout
        ? [`${countText(matched.withoutPayout, 'payment')} without a payout.`]
        : []),
    ];
    writeReport(report, `${text.join('\n')}\n`, json, console);
    return differences.length === 0 ? 0 : 1;
  },
};

function readDue(days: string, on: string) {
  if (!/^\d{1,3}$/.test(days)) throw new UsageError('--due-days takes a number up to 999.');
  const day = parseDay(on);
  if (day === undefined) throw new UsageError('--on takes a day, YYYY-MM-DD.');
  return { days: Number(days), on: day };
}

function readTerminal(file: string | undefined): Result<TerminalBatches | undefined, Malformed> {
  if (file === undefined) return { ok: true, value: undefined };
  return parseTerminalFile(new TextDecoder().decode(readBytes(file)));
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
}
