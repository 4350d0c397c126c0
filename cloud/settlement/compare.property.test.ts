import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BankLine,
  type Compared,
  type ComparedTransaction,
  type CountedBatch,
  compare,
  countTotals,
  type DifferenceKind,
  netOf,
} from './compare.ts';

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
      }),
    );
    return { terminal: host, host, bank };
  });

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

test('where all agree there is no difference', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      expect(compare(world)).toEqual([]);
    }),
  );
});

test.each(Object.entries(PLANTS))('%s is found, and nothing else is', (_name, plant) => {
  fc.assert(
    fc.property(worlds, fc.nat(), (world, anywhere) => {
      const at = anywhere % world.host.length;
      const planted = plant(world, at);
      const batch = world.host[at];
      const differences = compare(planted.world);
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
  const names = Object.keys(PLANTS).filter((name) => name !== 'a batch the terminal does not know');
  fc.assert(
    fc.property(
      worlds.filter(({ host }) => host.length > 2),
      fc.shuffledSubarray(names, { minLength: 2, maxLength: 3 }),
      (world, chosen) => {
        let current = world;
        const expected: DifferenceKind[] = [];
        // From the end on: a line that is added or goes leaves those before it where they are.
        for (const [i, name] of chosen.entries()) {
          const planted = PLANTS[name]?.(current, chosen.length - 1 - i);
          if (!planted) throw new Error('there is such a plant');
          current = planted.world;
          expected.push(...planted.found);
        }
        const found = compare(current).map(({ kind }) => kind);
        expect(found.toSorted()).toEqual(expected.toSorted());
      },
    ),
  );
});
