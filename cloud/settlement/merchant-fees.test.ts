import fc from 'fast-check';
import { expect, test } from 'vitest';
import { feeOf } from './merchant-fees.ts';
import { transferOf, withheldOf } from './payouts.ts';

test.each([
  // 1.25 % of 100.00, of 0.40 (half a unit goes up), of 0.39.
  [10_000n, 125, 125n],
  [40n, 125, 1n],
  [39n, 125, 0n],
  [9_999n, 10_000, 9_999n],
  [9_999n, 0, 0n],
])('of %d at %d basis points it is %d', (debitsMinor, basisPoints, feeMinor) => {
  expect(feeOf({ debits: 1, debitsMinor }, { basisPoints, fixedMinor: 0n })).toBe(feeMinor);
  const fixed = { basisPoints, fixedMinor: 10n };
  expect(feeOf({ debits: 3, debitsMinor }, fixed)).toBe(feeMinor + 30n);
});

test('it is the nearest minor unit, the upper of two', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 15n), fc.nat(10_000), (debitsMinor, basisPoints) => {
      const feeMinor = feeOf({ debits: 0, debitsMinor }, { basisPoints, fixedMinor: 0n });
      // Twice the distance to the exact fee, in ten thousandths of a unit.
      const over = 2n * (feeMinor * 10_000n - debitsMinor * BigInt(basisPoints));
      expect(over > -10_000n && over <= 10_000n).toBe(true);
      expect(feeMinor <= debitsMinor).toBe(true);
    }),
  );
});

test('what is withheld in all is what was missing, and no payment turns around for it', () => {
  const amounts = fc.array(fc.bigInt(-50n, 200n), { maxLength: 8 });
  fc.assert(
    fc.property(fc.bigInt(-100n, 500n), amounts, (missing, lefts) => {
      let still = missing;
      for (const left of lefts) {
        const withheld = withheldOf(still, left);
        still -= withheld;
        expect(left - withheld < 0n).toBe(left < 0n && left - withheld < 0n);
        if (missing > 0n) expect(withheld >= 0n && still >= 0n).toBe(true);
        if (missing > 0n && left > 0n) expect(left - withheld === 0n || still === 0n).toBe(true);
      }
      if (missing <= 0n && lefts.length > 0) expect(still).toBe(0n);
    }),
  );
});

test('an amount below zero is moved the other way', () => {
  const moved = (debitAccount: string, creditAccount: string) => [
    { debitAccount, creditAccount, currency: '978', amountMinor: 5n },
  ];
  expect(transferOf('a', 'b', '978', 5n)).toEqual(moved('a', 'b'));
  expect(transferOf('a', 'b', '978', -5n)).toEqual(moved('b', 'a'));
  expect(transferOf('a', 'b', '978', 0n)).toEqual([]);
});
