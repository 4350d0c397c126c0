import { expect, test } from 'vitest';
import { type HistoricPayment, simulateScorer } from './history.ts';
import { simulateInSteps } from './recent-history.ts';
import { ORDINARY, scorerOf } from './scorers.fixture.ts';

test('a simulation in steps counts what one at once counts', async () => {
  const history: HistoricPayment[] = Array.from({ length: 257 }, (_, i) => ({
    decidedAtMs: i,
    features: { ...ORDINARY, amountMinor: i * 400, cardLast10Min: i % 9 },
    isFraud: i % 7 === 0,
  }));
  const before = scorerOf();
  const after = scorerOf({ tiers: { medium: 100, high: 150, refuse: 200 } });
  const whole = simulateScorer(before, after, history);
  expect(Object.keys(whole.changes).length).toBeGreaterThan(0);
  expect(await simulateInSteps(before, after, history)).toEqual(whole);
  expect(await simulateInSteps(before, after, [])).toEqual(simulateScorer(before, after, []));
});
