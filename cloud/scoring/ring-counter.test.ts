import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RingCounter } from './ring-counter.ts';

test('it adds up what a list would, for all that is not too old', () => {
  const events = fc.array(
    fc.record({ atMs: fc.nat(3_000), amount: fc.integer({ max: 9, min: 1 }) }),
  );
  fc.assert(
    fc.property(events, fc.nat(4_000), fc.nat(4_000), (list, a, b) => {
      const [fromMs, toMs] = [Math.min(a, b), Math.max(a, b)];
      const counter = new RingCounter(100, 10);
      let newest = Number.NEGATIVE_INFINITY;
      const sums = new Map<number, number>();
      for (const { atMs, amount } of list) {
        counter.add(atMs, amount);
        const bucket = Math.floor(atMs / 100);
        if (bucket <= newest - 10) continue;
        newest = Math.max(newest, bucket);
        sums.set(bucket, (sums.get(bucket) ?? 0) + amount);
      }
      let expected = 0;
      for (const [bucket, sum] of sums) {
        const within = bucket >= Math.floor(fromMs / 100) && bucket <= Math.floor(toMs / 100);
        if (within && bucket > newest - 10) expected += sum;
      }
      expect(counter.sum(fromMs, toMs)).toBe(expected);
    }),
  );
});
