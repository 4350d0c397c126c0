import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { STATUS } from './apdu.ts';
import { EVERYDAY } from './profile.fixture.ts';
import { createWearable } from './wearable.ts';

const KNOWN = [
  '00A404000E325041592E5359532E444446303100',
  '00A4040007F054455353450100',
  `80A8000023832120004000${'00'.repeat(29)}00`,
  '00B2010C00',
].map(hex);

const damaged = fc
  .tuple(fc.constantFrom(...KNOWN), fc.nat(63), fc.nat(255))
  .map(([command, at, byte]) => command.with(at % command.length, byte));
const cut = fc
  .tuple(fc.constantFrom(...KNOWN), fc.nat(63))
  .map(([command, length]) => command.slice(0, length % command.length));
const command = fc.oneof(
  fc.constantFrom(...KNOWN),
  damaged,
  cut,
  fc.uint8Array({ maxLength: 300 }),
);

test('any bytes get an answer that ends in a known status word, and data only with 9000', () => {
  const statusWords: readonly string[] = Object.values(STATUS);
  fc.assert(
    fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
      const wearable = createWearable(EVERYDAY);
      for (const bytes of commands) {
        const before = bytes.slice();
        const answer = encodeHex(wearable.transmit(bytes));
        const status = answer.slice(-4);
        expect(statusWords).toContain(status);
        expect(answer.length > 4 && status !== STATUS.done).toBe(false);
        expect(bytes).toEqual(before);
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever is sent, no transaction counter and no cryptogram leaves twice', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      const wearable = createWearable(EVERYDAY);
      const answers = commands.map((bytes) => encodeHex(wearable.transmit(bytes)));
      const counters = answers.flatMap((answer) => /9F3602(....)/.exec(answer)?.[1] ?? []);
      expect(counters).toEqual([...new Set(counters)].sort());
    }),
    { numRuns: 300 },
  );
});
