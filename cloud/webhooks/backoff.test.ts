import fc from 'fast-check';
import { expect, test } from 'vitest';
import { delayMs, MAX_ATTEMPTS } from './backoff.ts';

test('it waits longer each time, never more than 18 hours, and some two days in all', () => {
  const delays = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, i) => delayMs(i + 1, 0.5));
  expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  expect(delays[0]).toBe(5_000);
  const days = delays.reduce((sum, each) => sum + each, 0) / 86_400_000;
  expect(days).toBeGreaterThan(1.5);
  expect(days).toBeLessThan(3);
});

test('jitter is half to one and a half, and what a receiver asks for is waited', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 10 ** 9 }),
      (attempt, random, askedS) => {
        const even = delayMs(attempt, 0.5);
        const ms = delayMs(attempt, random);
        expect(ms).toBeGreaterThanOrEqual(Math.floor(even / 2));
        expect(ms).toBeLessThanOrEqual(Math.ceil(even * 1.5));
        const asked = delayMs(attempt, random, askedS);
        expect(asked).toBeGreaterThanOrEqual(Math.min(askedS * 1_000, 12 * 3_600_000));
        expect(asked).toBeLessThanOrEqual(18 * 3_600_000);
      },
    ),
  );
});
