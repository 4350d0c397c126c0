import { expect, test } from 'vitest';
import { measureDrift } from './drift.ts';
import { ORDINARY } from './scorers.fixture.ts';

const amounts = (from: number) =>
  Array.from({ length: 1_000 }, (_, i) => ({ ...ORDINARY, amountMinor: from + i }));

test('the same payments have not moved, whatever the feature', () => {
  for (const { psi, verdict } of measureDrift(amounts(0), amounts(0))) {
    expect([psi, verdict]).toEqual([0, 'stable']);
  }
});

test('the index is that of its definition', () => {
  const before = [...amounts(0)];
  // Half of the rows fall into each half of the deciles; afterwards nine tenths into the lower.
  const after = before.map((row, i) => ({
    ...row,
    verification: i < 900 ? ('none' as const) : ('cdcvm' as const),
  }));
  const even = before.map((row, i) => ({
    ...row,
    verification: i < 500 ? ('none' as const) : ('cdcvm' as const),
  }));
  const [first] = measureDrift(even, after);
  const psi = (0.9 - 0.5) * Math.log(0.9 / 0.5) + (0.1 - 0.5) * Math.log(0.1 / 0.5);
  expect(first).toMatchObject({ feature: 'verification', verdict: 'shifted' });
  expect(first?.psi).toBeCloseTo(psi, 12);
});

test('what was known and no longer is has moved, and so has what doubled', () => {
  const lost = amounts(0).map((row) => ({ ...row, cardTimeMs: null }));
  expect(measureDrift(amounts(0), lost)[0]).toMatchObject({ feature: 'cardTimeMs' });
  expect(measureDrift(amounts(0), amounts(500))[0]).toMatchObject({
    feature: 'amountMinor',
    verdict: 'shifted',
  });
});
