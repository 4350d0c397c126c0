import { expect } from 'vitest';
import { verifyAudit } from '../audit/audit-log.ts';
import { verifyLedger } from '../ledger/ledger.ts';
import type { Queries } from '../store/database.ts';
import { readLedger, readTransactions } from '../store/records.ts';
import type { SaleRecord, SellingTerminal } from './selling-terminal.fixture.ts';

/**
 * What must hold whatever was killed: each sale that a terminal saw approved is captured and booked
 * once; what it reversed has nothing booked that stands; the host knows of no other sale; the books
 * add up; the audit log is whole; and the same message again gets the same answer.
 */
export async function expectBooksToAgree(
  db: Queries,
  terminals: readonly SellingTerminal[],
): Promise<void> {
  const ours = new Set(terminals.map(({ file }) => file.terminalId));
  const rows = (await readTransactions(db)).filter((row) => ours.has(row.terminal_id));
  const states = new Map(rows.map((row) => [`${row.terminal_id} ${row.stan}`, row.state]));
  const entries = Map.groupBy(
    (await readLedger(db)).filter((line) => ours.has(line.terminalId)),
    ({ terminalId, entryId }) => `${terminalId} ${entryId.split('-')[1]}`,
  );
  const wrong: string[] = [];
  let known = 0;
  for (const { file, records } of terminals) {
    for (const record of records) {
      const name = `${file.terminalId} ${record.sale.message.fields[11]}`;
      const state = states.get(name);
      if (state !== undefined) known++;
      const lines = entries.get(name) ?? [];
      const booked = lines.map(({ entryId }) => entryId.split('-')[0]).join();
      if (!isRight(record, state, booked)) wrong.push(`${name}: ${record.end} ${state} ${booked}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(known).toBe(rows.length);
  expect(await verifyLedger(db)).toMatchObject({ misstated: [], overdrawn: [] });
  expect((await verifyAudit(db)).broken).toEqual([]);
}

const UNDONE = ['reversed sale,reversal', 'reversed-unseen ', 'declined '];

function isRight({ end }: SaleRecord, state: string | undefined, booked: string): boolean {
  switch (end) {
    case 'approved':
      return state === 'captured' && booked === 'sale';
    case 'declined':
      return state === 'declined' && booked === '';
    case 'reversed':
      return UNDONE.includes(`${state} ${booked}`);
    case 'open':
      return false;
    default:
      return end satisfies never;
  }
}

/** Sends what was answered once more; gives how many got the same answer, bit for bit. */
export async function repeatAll(terminals: readonly SellingTerminal[]): Promise<number> {
  let same = 0;
  for (const terminal of terminals) {
    const line = await terminal.line();
    for (const { sale, answer } of terminal.records) {
      if (!answer) continue;
      expect(await line.exchange(sale.bytes, 10_000)).toEqual(answer);
      same++;
    }
  }
  return same;
}
