import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import { expectOk } from '../bytes/result.ts';
import {
  aesCounter,
  checkAesCounter,
  checkTdesCounter,
  nextAesKsn,
  nextTdesKsn,
  parseAesKsn,
  parseTdesKsn,
  tdesCounter,
} from './ksn.ts';

const ones = (value: number): number => value.toString(2).replaceAll('0', '').length;

describe('TDES', () => {
  test('a device has 1,048,575 transactions, no counter with over 10 one bits', () => {
    let ksn = expectOk(parseTdesKsn(hex('FFFF9876543210E00000')));
    let count = 0;
    for (;;) {
      const next = nextTdesKsn(ksn);
      if (!next.ok) {
        expect(next.error.kind).toBe('counter-exhausted');
        break;
      }
      const counter = tdesCounter(next.value);
      if (counter <= tdesCounter(ksn) || ones(counter) > 10) expect.fail(counter.toString(16));
      ksn = next.value;
      count += 1;
    }
    // The sum of C(21, 1) to C(21, 10); ANSI X9.24-1:2009, A.1.
    expect(count).toBe(1_048_575);
    expect(encodeHex(ksn)).toBe('FFFF9876543210FFF800');
  });

  test('a counter is taken exactly when it is not zero and has at most 10 one bits', () => {
    for (let counter = 0; counter < 2 ** 21; counter += 7) {
      const isGood = counter > 0 && ones(counter) <= 10;
      if (checkTdesCounter(counter).ok !== isGood) expect.fail(counter.toString(16));
    }
  });
});

describe('AES', () => {
  const ksnOf = (counter: number) => {
    const bytes = hex('123456789012345600000000');
    new DataView(bytes.buffer).setUint32(8, counter);
    return expectOk(parseAesKsn(bytes));
  };
  const anyCounter = fc.integer({ min: 0, max: 0xffffffff });

  test('the next counter is the next one that may be', () => {
    fc.assert(
      fc.property(anyCounter, (counter) => {
        const next = nextAesKsn(ksnOf(counter));
        if (!next.ok) return counter >= 0xffff0000;
        const reached = aesCounter(next.value);
        expect(reached).toBeGreaterThan(counter);
        expect(ones(reached)).toBeLessThanOrEqual(16);
        // Between them there is none: a few are looked at from either end.
        for (let i = 1; i < 50; i++) {
          if (counter + i < reached) expect(ones(counter + i)).toBeGreaterThan(16);
          if (reached - i > counter) expect(ones(reached - i)).toBeGreaterThan(16);
        }
        return true;
      }),
    );
  });

  test('a counter is taken exactly when it is not zero and has at most 16 one bits', () => {
    fc.assert(
      fc.property(anyCounter, (counter) => {
        expect(checkAesCounter(counter).ok).toBe(counter > 0 && ones(counter) <= 16);
      }),
    );
  });

  test('FFFF0000 is the last', () => {
    expect(nextAesKsn(ksnOf(0xffff0000))).toMatchObject({ error: { kind: 'counter-exhausted' } });
    expect(aesCounter(expectOk(nextAesKsn(ksnOf(0xfffe8000))))).toBe(0xffff0000);
  });
});
