import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { readPaymentContext } from './payment-context.ts';

const NOTHING = {
  verification: 'unknown',
  channel: 'unknown',
  attestation: 'unknown',
  energyPercent: null,
  checkedIn: null,
  basketLines: null,
  cardTimeMs: null,
  deviceToken: undefined,
};

test('all that a terminal says is read', () => {
  const context = encodeTlv([
    { tag: 'DF01', value: encodeAscii('kiosk') },
    { tag: 'DF03', value: encodeAscii('cdcvm') },
    { tag: 'DF04', value: hex('0003') },
    { tag: 'DF05', value: hex('0000012C') },
    { tag: 'DF06', value: hex('A1B2') },
    { tag: 'DF07', value: encodeAscii('verified') },
    { tag: 'DF08', value: hex('41') },
    { tag: 'DF09', value: hex('01') },
  ]);
  expect(readPaymentContext(context)).toEqual({
    verification: 'cdcvm',
    channel: 'kiosk',
    attestation: 'verified',
    energyPercent: 65,
    checkedIn: 1,
    basketLines: 3,
    cardTimeMs: 300,
    deviceToken: 'A1B2',
  });
});

test('what is absent, too long or out of range is unknown', () => {
  const wrong = encodeTlv([
    { tag: 'DF01', value: encodeAscii('street') },
    { tag: 'DF04', value: hex('03') },
    { tag: 'DF06', value: new Uint8Array(33) },
    { tag: 'DF08', value: hex('65') },
    { tag: 'DF09', value: hex('02') },
  ]);
  for (const field of [undefined, 'text', wrong, wrong.subarray(1)]) {
    expect(readPaymentContext(field)).toEqual(NOTHING);
  }
});

test('a terminal that says a person signed with a key is not believed', () => {
  const said = encodeTlv([{ tag: 'DF03', value: encodeAscii('fido2') }]);
  expect(readPaymentContext(said).verification).toBe('unknown');
});

test('no bytes make it throw', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readPaymentContext(bytes)));
});
