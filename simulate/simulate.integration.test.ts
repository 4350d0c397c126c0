import { afterAll, beforeAll, expect, test } from 'vitest';
import { Laboratory } from './laboratory.ts';
import { simulate } from './run.ts';
import { Summary } from './summary.ts';

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
});
afterAll(() => laboratory?.close());

const SEED = 5;
const RUNS = 8;

test('terminals, host and ledger agree after every run, and faults there were', async () => {
  const summary = new Summary();
  for (let run = 0; run < RUNS; run++) {
    const result = await simulate(laboratory, { seed: SEED, run });
    expect([run, ...result.world.violations]).toEqual([run]);
    summary.add(result);
  }
  const { payments, followUps, messages, faults } = summary.json();
  expect(payments.total).toBeGreaterThan(20);
  expect(followUps.total).toBeGreaterThan(20);
  expect(messages.total).toBeGreaterThan(20);
  expect(faults.total).toBeGreaterThan(100);
}, 120_000);

test('a run is the same again, bit for bit, and another is another', async () => {
  const digestOf = async (run: number, seed = SEED) => {
    const { world } = await simulate(laboratory, { seed, run });
    return world.digest;
  };
  const first = await digestOf(2);
  expect(await digestOf(2)).toBe(first);
  expect(await digestOf(3)).not.toBe(first);
  expect(await digestOf(2, SEED + 1)).not.toBe(first);
}, 120_000);

test('what depends on more than the seed shows', async () => {
  const traceOf = async () => {
    const { world } = await simulate(laboratory, { seed: SEED, run: 2, canary: 'chance-leaks' });
    return world.digest;
  };
  expect(await traceOf()).not.toBe(await traceOf());
}, 120_000);
