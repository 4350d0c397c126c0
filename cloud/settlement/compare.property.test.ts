import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectOk } from '#kernel/bytes/result.ts';
import { readBankFile } from './bank-file.ts';
import {
  type BankLine,
  type Compared,
  type ComparedTransaction,
  type CountedBatch,
  compare,
  countTotals,
  type Difference,
  type DifferenceKind,
  netOf,
} from './compare.ts';
import { type CamtManner, writeCamt, writeCsv, writeTerminalFile } from './files.fixture.ts';
import { parseTerminalFile, withTransactions } from './terminal-file.ts';

const [DUE, LATE] = ['2026-03-05', '2026-03-06'];

/** A world in which all agree: some batches, each with some transactions. */
const worlds: fc.Arbitrary<Compared> = fc
  .array(
    fc.array(fc.record({ isDebit: fc.boolean(), amountMinor: fc.bigInt(1n, 10_000n) }), {
      minLength: 2,
      maxLength: 5,
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((batches) => {
    const host = batches.map((rows, b): CountedBatch => {
      const transactions = rows.map(({ isDebit, amountMinor }, t): ComparedTransaction => {
        const stan = `${b * 10 + t}`.padStart(6, '0');
        const direction = isDebit ? 'debit' : 'credit';
        return { stan, transmittedAt: '0704120000', direction, amountMinor };
      });
      // Never nothing in all, so that each has to be paid.
      const first = { ...transactions[0], amountMinor: 1_000_000n } as ComparedTransaction;
      const all = transactions.with(0, first);
      const name = { terminalId: `1000000${b % 3}`, currency: b % 2 ? '978' : '840' };
      return { ...name, batchNumber: b + 1, totals: countTotals(all), transactions: all };
    });
    const bank = host.map(
      ({ terminalId, currency, batchNumber, totals }, i): BankLine => ({
        ...{ terminalId, currency, batchNumber, netMinor: netOf(totals), line: i + 1 },
        bookedOn: DUE,
      }),
    );
    return { terminal: host, host: host.map((batch) => ({ ...batch, dueOn: DUE })), bank };
  });

/** Compares what is there when bank and terminal have been written to files and read again. */
const manners: fc.Arbitrary<CamtManner | 'csv'> = fc.oneof(
  fc.constant('csv' as const),
  fc.record({ isNotification: fc.boolean(), isLumped: fc.boolean(), isNoisy: fc.boolean() }),
);
const compareFiles = (world: Compared, manner: CamtManner | 'csv'): readonly Difference[] => {
  const text = manner === 'csv' ? writeCsv(world.bank) : writeCamt(world.bank, manner);
  const bank = expectOk(readBankFile(new TextEncoder().encode(text)));
  const file = expectOk(parseTerminalFile(writeTerminalFile(world.terminal)));
  const totals = world.terminal.map(({ transactions: _, ...batch }) => batch);
  return compare({ ...world, terminal: withTransactions(totals, file), bank });
};

type Plant = (
  world: Compared,
  at: number,
) => { readonly world: Compared; readonly found: readonly DifferenceKind[] };

const changed = (
  side: 'terminal' | 'host',
  change: (transactions: readonly ComparedTransaction[]) => readonly ComparedTransaction[],
  found: readonly DifferenceKind[],
): Plant => {
  return (world, at) => {
    const batch = world[side][at];
    if (!batch?.transactions) throw new Error('there is a batch');
    const transactions = change(batch.transactions);
    const totals = countTotals(transactions);
    // The bank pays what the host says, so that only what was planted is different.
    const bank = world.bank.map((each, i) =>
      side === 'host' && i === at ? { ...each, netMinor: netOf(totals) } : each,
    );
    return {
      world: { ...world, bank, [side]: world[side].with(at, { ...batch, transactions, totals }) },
      found,
    };
  };
};
const line = (change: (bank: BankLine) => readonly BankLine[], found: DifferenceKind[]): Plant => {
  return (world, at) => {
    const bank = world.bank.flatMap((each, i) => (i === at ? change(each) : [each]));
    return { world: { ...world, bank }, found };
  };
};
const more = (each: ComparedTransaction | undefined): ComparedTransaction => {
  if (!each) throw new Error('there is one');
  return { ...each, amountMinor: each.amountMinor + 1n };
};
const turned = (each: ComparedTransaction | undefined): ComparedTransaction => {
  if (!each) throw new Error('there is one');
  return { ...each, direction: each.direction === 'debit' ? 'credit' : 'debit' };
};

const PLANTS: Readonly<Record<string, Plant>> = {
  'lost at the host': changed('host', (all) => all.slice(0, -1), [
    'totals-differ',
    'only-at-terminal',
  ]),
  'lost at the terminal': changed('terminal', (all) => all.slice(0, -1), [
    'totals-differ',
    'only-at-host',
  ]),
  'one unit more at the host': changed('host', (all) => all.with(1, more(all[1])), [
    'totals-differ',
    'amount-differs',
  ]),
  'one unit more at the terminal': changed('terminal', (all) => all.with(1, more(all[1])), [
    'totals-differ',
    'amount-differs',
  ]),
  'a refund for a purchase': changed('terminal', (all) => all.with(1, turned(all[1])), [
    'totals-differ',
    'direction-differs',
  ]),
  'twice at the terminal': changed('terminal', (all) => [...all, ...all.slice(-1)], [
    'totals-differ',
    'twice-at-terminal',
  ]),
  'twice at the host': changed('host', (all) => [...all, ...all.slice(-1)], [
    'totals-differ',
    'twice-at-host',
  ]),
  'another transaction of the same amount': changed(
    'terminal',
    (all) => {
      const last = more(all.at(-1));
      return all.with(-1, { ...last, amountMinor: last.amountMinor - 1n, stan: '999999' });
    },
    ['only-at-host', 'only-at-terminal'],
  ),
  'a wrong count of the terminal': (world, at) => {
    const batch = world.terminal[at];
    if (!batch) throw new Error('there is a batch');
    const totals = { ...batch.totals, debits: batch.totals.debits + 1 };
    return {
      world: { ...world, terminal: world.terminal.with(at, { ...batch, totals }) },
      found: ['totals-differ', 'terminal-miscounted'],
    };
  },
  'a batch the terminal does not know': (world, at) => ({
    world: { ...world, terminal: world.terminal.toSpliced(at, 1) },
    found: ['batch-only-at-host'],
  }),
  'not paid': line(() => [], ['not-paid']),
  'paid twice': line((each) => [each, each], ['paid-twice']),
  'paid one unit less': line(
    (each) => [{ ...each, netMinor: each.netMinor - 1n }],
    ['paid-amount-differs'],
  ),
  'paid one unit more': line(
    (each) => [{ ...each, netMinor: each.netMinor + 1n }],
    ['paid-amount-differs'],
  ),
  'taken in place of paid': line(
    (each) => [{ ...each, netMinor: -each.netMinor }],
    ['paid-amount-differs'],
  ),
  'paid late': line((each) => [{ ...each, bookedOn: LATE }], ['paid-late']),
  'paid late, and twice': line(
    (each) => [
      { ...each, bookedOn: LATE },
      { ...each, bookedOn: LATE },
    ],
    ['paid-late', 'paid-twice'],
  ),
  'paid again after an earlier file': (world, at) => {
    const batch = world.host[at];
    if (!batch) throw new Error('there is a batch');
    const host = world.host.with(at, { ...batch, isPaid: true });
    return { world: { ...world, host }, found: ['paid-twice'] };
  },
  'paid in full in place of what was paid out': (world, at) => {
    const batch = world.host[at];
    if (!batch) throw new Error('there is a batch');
    const host = world.host.with(at, { ...batch, payoutMinor: netOf(batch.totals) - 7n });
    return { world: { ...world, host }, found: ['paid-amount-differs'] };
  },
  'paid in another currency': line(
    (each) => [{ ...each, currency: '392' }],
    ['not-paid', 'paid-unknown'],
  ),
  'paid for another batch': line(
    (each) => [{ ...each, batchNumber: 99 }],
    ['not-paid', 'paid-unknown'],
  ),
  'paid for nothing': line((each) => [each, { ...each, terminalId: '99999999' }], ['paid-unknown']),
};

describe.each(['as they are', 'from files'] as const)('%s', (way) => {
  const compared = (world: Compared, manner: CamtManner | 'csv') =>
    way === 'as they are' ? compare(world) : compareFiles(world, manner);

  test('where all agree there is no difference', () => {
    fc.assert(
      fc.property(worlds, manners, (world, manner) => {
        expect(compared(world, manner)).toEqual([]);
      }),
    );
  });

  test.each(Object.entries(PLANTS))('%s is found, and nothing else is', (_name, plant) => {
    fc.assert(
      fc.property(worlds, manners, fc.nat(), (world, manner, anywhere) => {
        const at = anywhere % world.host.length;
        const planted = plant(world, at);
        const batch = world.host[at];
        const differences = compared(planted.world, manner);
        expect(differences.map(({ kind }) => kind).toSorted()).toEqual(planted.found.toSorted());
        for (const { kind, batch: found } of differences) {
          if (kind === 'paid-unknown') continue;
          expect(found).toEqual({
            terminalId: batch?.terminalId,
            currency: batch?.currency,
            batchNumber: batch?.batchNumber,
          });
        }
      }),
    );
  });

  test('several at once, each in a batch of its own, are all found', () => {
    const names = Object.keys(PLANTS).filter(
      (name) => name !== 'a batch the terminal does not know',
    );
    fc.assert(
      fc.property(
        worlds.filter(({ host }) => host.length > 2),
        manners,
        fc.shuffledSubarray(names, { minLength: 2, maxLength: 3 }),
        (world, manner, chosen) => {
          let current = world;
          const expected: DifferenceKind[] = [];
          // From the end on: a line that is added or goes leaves those before it where they are.
          for (const [i, name] of chosen.entries()) {
            const planted = PLANTS[name]?.(current, chosen.length - 1 - i);
            if (!planted) throw new Error('there is such a plant');
            current = planted.world;
            expected.push(...planted.found);
          }
          const found = compared(current, manner).map(({ kind }) => kind);
          expect(found.toSorted()).toEqual(expected.toSorted());
        },
      ),
    );
  });
});

test('what is not due yet may be missing, and only that', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      expect(compare({ ...world, bank: [], on: DUE })).toEqual([]);
      const late = compare({ ...world, bank: [], on: LATE });
      expect(late.map(({ kind }) => kind)).toEqual(world.host.map(() => 'not-paid'));
    }),
  );
});

test('a payment that the terminal counts in its next batch is found on both sides', () => {
  const one = { stan: '000001', transmittedAt: '0704120000', direction: 'debit' } as const;
  const first = { ...one, amountMinor: 100n };
  const moved = { ...one, stan: '000002', amountMinor: 7n };
  const batch = (batchNumber: number, ...transactions: readonly ComparedTransaction[]) => {
    const name = { terminalId: '10000001', currency: '978', batchNumber };
    return { ...name, totals: countTotals(transactions), transactions };
  };
  const host = [batch(1, first, moved), batch(2, { ...first, stan: '000003' })];
  const terminal = [batch(1, first), batch(2, { ...first, stan: '000003' }, moved)];
  const bank = host.map((each, line) => ({ ...each, netMinor: netOf(each.totals), line }));
  const found = compare({ terminal, host, bank });
  const where = '000002 0704120000';
  expect(
    found.map(({ kind, batch: { batchNumber }, where: at }) => [kind, batchNumber, at]),
  ).toEqual([
    ['totals-differ', 1, undefined],
    ['only-at-host', 1, where],
    ['totals-differ', 2, undefined],
    ['only-at-terminal', 2, where],
  ]);
});
