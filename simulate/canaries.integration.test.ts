import { afterAll, beforeAll, expect, test } from 'vitest';
import { CANARIES, type Canary } from './canaries.ts';
import { Laboratory } from './laboratory.ts';
import { simulate } from './run.ts';

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
});
afterAll(() => laboratory?.close());

/** Running the same twice finds it: simulate.integration.test.ts. */
type Found = Exclude<Canary, 'chance-leaks'>;

/** What each bug breaks, and a short run that shows it; where it does not, others are tried. */
const SHOWN: Readonly<Record<Found, readonly [run: number, what: RegExp]>> = {
  'host-forgets-idempotency': [4, /took \d+ for no payment/],
  'host-forgets-reversals': [10, /reversed: took \d+, not 0/],
  'host-forgets-refunds': [23, /at the host|refused/],
  'host-forgets-unknowns': [12, /is still unknown at the host/],
  'host-counts-reversed': [10, /the host counts \d+ cardUnverified/],
  'host-keeps-holds': [12, /is still authorised at the host/],
  'host-loses-commits': [23, /took 0, not \d+|not known to the host|refused|still open/],
  'host-books-no-balance': [16, /the kept balance of card:/],
  'host-miscounts-batches': [4, /the batches of \d+ are others/],
  'audit-is-altered': [16, /the audit log of .* is broken/],
  'terminal-forgets-reversals': [10, /is still open at the terminal/],
  'terminal-forgets-sales': [10, /was paid \d+ times/],
  'till-renames-repeats': [1, /no till asked for it/],
  'terminal-changes-repeats': [12, /for no payment|still to do|refused|at the host/],
  'line-denies-sending': [10, /declined: took \d+, not 0/],
  'decisions-drift': [16, /is another now/],
};
const SEED = 5;
const MORE_RUNS = 20;

test('every bug that can be planted is looked for', () => {
  expect([...Object.keys(SHOWN), 'chance-leaks'].sort()).toEqual(Object.keys(CANARIES).sort());
});

test.each(Object.keys(SHOWN) as Found[])(
  '%s is found',
  async (canary) => {
    const [first, what] = SHOWN[canary];
    const runs = [first, ...Array.from({ length: MORE_RUNS }, (_, run) => run)];
    for (const run of runs) {
      const { world } = await simulate(laboratory, { seed: SEED, run, canary });
      if (world.violations.some((violation) => what.test(violation))) return;
    }
    expect.fail(`not found in ${runs.length} runs`);
  },
  120_000,
);

test('without them nothing is found in the same runs', async () => {
  for (const run of new Set(Object.values(SHOWN).map(([run]) => run))) {
    const { world } = await simulate(laboratory, { seed: SEED, run });
    expect([run, ...world.violations]).toEqual([run]);
  }
}, 120_000);
