import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { STATUS } from './apdu.ts';
import { freshMemory, profileWith, SCRIPT_MAC_KEY } from './issuers.fixture.ts';
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

const POINT =
  '6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296' +
  '4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5';
const ISSUERS = profileWith(
  { type: 'qvsdc', aid: 'A0000009990103', issuerUpdate: true, scriptMacKeyHex: SCRIPT_MAC_KEY },
  { type: 'mchip', aid: 'A0000009990102', relayResistance: true },
  { type: 'kernel8', aid: 'A0000009990108', relayResistance: true, data: { '9F8111': 'AA' } },
  { type: 'contact', aid: 'A0000009990101', pin: '1234', scriptMacKeyHex: SCRIPT_MAC_KEY },
);
const ISSUER_COMMANDS = [
  '00A404000E315041592E5359532E444446303100',
  '00A404000E325041592E5359532E444446303100',
  '00A4040005A00000099900',
  '00A4040205A00000099900',
  '00A4040007A000000999010300',
  '00A4040007A000000999010200',
  '00A4040007A000000999010800',
  '00A4040007A000000999010100',
  '80A8000002830000',
  `80A8000023832127804080${'00'.repeat(29)}00`,
  `80A800004A834802800010FFFF0000${POINT}00`,
  '00B2011400',
  '00B2015C00',
  `80AE90002B${'00'.repeat(43)}00`,
  `80AE40002B${'00'.repeat(43)}00`,
  `80AE500025${'00'.repeat(37)}00`,
  `80AE800026${'00'.repeat(38)}00`,
  '008800000401020304' + '00',
  '0020008008241234FFFFFFFFFF',
  `00200088B0${'00'.repeat(176)}`,
  '0084000000',
  '80CA9F3600',
  '80EA00000401020304' + '00',
  `008200000A${'00'.repeat(10)}`,
  `841E000008${'00'.repeat(8)}`,
  `04DA9F7808${'00'.repeat(8)}`,
  '84320000039F811100',
  '843400000401020304' + '00',
  '00C0000000',
].map(hex);
const issuerCommand = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ISSUER_COMMANDS) },
  fc
    .tuple(fc.constantFrom(...ISSUER_COMMANDS), fc.nat(255), fc.nat(255))
    .map(([known, at, byte]) => known.with(at % known.length, byte)),
  fc
    .tuple(fc.constantFrom(...ISSUER_COMMANDS), fc.nat(255))
    .map(([known, length]) => known.slice(0, length % known.length)),
  fc.uint8Array({ maxLength: 300 }),
);

test.each(['contactless', 'contact-t0', 'contact-t1'] as const)(
  '%s: whatever is sent, there is an answer with a status word, and no counter twice',
  (side) => {
    fc.assert(
      fc.property(fc.array(issuerCommand, { maxLength: 25 }), (commands) => {
        const wearable = createWearable(ISSUERS, { memory: freshMemory(), interface: side });
        const cryptograms: string[] = [];
        for (const bytes of commands) {
          const answer = encodeHex(wearable.transmit(bytes));
          expect(answer).toMatch(/(9000|6[1-9A-F][0-9A-F]{2})$/);
          expect(answer.length).toBeLessThanOrEqual(2 * 258);
          const cryptogram = /9F2608(.{16})/.exec(answer)?.[1];
          if (cryptogram && side !== 'contact-t0') cryptograms.push(cryptogram);
        }
        expect(new Set(cryptograms).size).toBe(cryptograms.length);
      }),
      { numRuns: 150 },
    );
  },
);

test('whenever power is cut, no try of a PIN and no counter comes back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 12 }), (visits) => {
      const memory = freshMemory();
      let [count, left] = [0, 3];
      for (const [commands, isRight] of visits) {
        const wearable = createWearable(ISSUERS, { memory, interface: 'contact-t1' });
        const pin = isRight ? '1234' : '4321';
        const sent = [
          '00A4040007A000000999010100',
          '80A8000002830000',
          `0020008008${`24${pin}`.padEnd(16, 'F')}`,
        ].slice(0, commands);
        for (const one of sent) wearable.transmit(hex(one));
        if (sent.length >= 2) count += 1;
        if (sent.length >= 3 && left > 0) left = isRight ? 3 : left - 1;
        const after = createWearable(ISSUERS, { memory, interface: 'contact-t1' });
        after.transmit(hex('00A4040007A000000999010100'));
        const kept = ['80CA9F3600', '80CA9F1700'].map((get) => encodeHex(after.transmit(hex(get))));
        const atc = count.toString(16).toUpperCase().padStart(4, '0');
        expect(kept).toEqual([`9F3602${atc}9000`, `9F17010${left}9000`]);
      }
    }),
    { numRuns: 60 },
  );
});
