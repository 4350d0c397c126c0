import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex } from '../bytes/hex.ts';
import { expectOk } from '../bytes/result.ts';
import { decipherDukptPin, encipherDukptPin } from './dukpt-pin.ts';
import { deriveTdesInitialKey } from './dukpt-tdes.ts';
import { parseTdesKsn, type TdesKsn } from './ksn.ts';
import { parsePan } from './pan.ts';
import { SecretKey } from './secret-key.ts';

const PAN = expectOk(parsePan('4012345678909'));
const ksnOf = (text: string): TdesKsn => expectOk(parseTdesKsn(hex(text)));
const KSN = ksnOf('FFFF9876543210E00001');
/** The keys of the standard's own examples: ANSI X9.24-1:2009, annex A.4. */
const INITIAL = expectOk(
  deriveTdesInitialKey(new SecretKey(hex('0123456789ABCDEFFEDCBA9876543210')), KSN),
);

test('as the standard has it: PIN 1234, PAN 4012345678909', () => {
  const block = expectOk(encipherDukptPin('1234', PAN, INITIAL, KSN));
  expect(block).toEqual(hex('1B9C1845EB993A7A'));
});

test('what is enciphered is read with the key and KSN of then, and not with others', () => {
  const counter = fc.integer({ min: 1, max: 1_023 });
  const pin = fc.array(fc.nat(9), { minLength: 4, maxLength: 12 }).map((digits) => digits.join(''));
  fc.assert(
    fc.property(pin, counter, counter, (typed, one, other) => {
      const at = (n: number) => ksnOf(`FFFF9876543210E0${n.toString(16).padStart(4, '0')}`);
      const block = expectOk(encipherDukptPin(typed, PAN, INITIAL, at(one)));
      expect(decipherDukptPin(block, PAN, INITIAL, at(one))).toEqual({ ok: true, value: typed });
      if (one === other) return;
      const wrong = decipherDukptPin(block, PAN, INITIAL, at(other));
      expect(wrong.ok && wrong.value === typed).toBe(false);
    }),
  );
});

test('bytes that are no such block are refused and never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const read = decipherDukptPin(bytes, PAN, INITIAL, KSN);
      if (bytes.length !== 8) expect(read).toMatchObject({ error: { kind: 'bad-block-length' } });
    }),
  );
  expect(encipherDukptPin('123', PAN, INITIAL, KSN).ok).toBe(false);
  expect(encipherDukptPin('1234', PAN, INITIAL, ksnOf('FFFF9876543210E00000')).ok).toBe(false);
  expect(encipherDukptPin('1234', PAN, new SecretKey(new Uint8Array(8)), KSN).ok).toBe(false);
});
