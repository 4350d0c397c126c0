import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../../bytes/bytes.ts';
import { hex } from '../../../bytes/hex.ts';
import { aesCmac, counterMode, encryptBlock } from './card-crypto.fixture.ts';
import { SecureChannel } from './secure-channel.ts';

const SECRET = hex('0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20');
const KD = aesCmac(Buffer.alloc(16), SECRET);
const [SKC, SKI] = ['01', '02'].map((number) =>
  encryptBlock(KD, hex(`${number}010054334A325957773DA5A5A50180`)),
);

function keys(): readonly [Buffer, Buffer] {
  if (!SKC || !SKI) throw new Error('no keys');
  return [SKC, SKI];
}

/** A message with its MAC, as READ DATA answers. */
function sealed(plain: Uint8Array, message: number): Uint8Array {
  const [skc, ski] = keys();
  const cipher = counterMode(skc, message, plain);
  return concatBytes(cipher, mac(ski, message, cipher));
}

function mac(key: Buffer, message: number, data: Uint8Array): Uint8Array {
  return new Uint8Array(
    aesCmac(key, concatBytes(Uint8Array.of(message >> 8, message & 255), data)).subarray(0, 8),
  );
}

const data = fc.uint8Array({ maxLength: 80 });

describe('the channel against node:crypto', () => {
  test('the card’s messages are counted from 8000', () => {
    fc.assert(
      fc.property(fc.array(data, { maxLength: 5 }), (messages) => {
        const channel = new SecureChannel(SECRET);
        for (const [i, plain] of messages.entries()) {
          const cipher = counterMode(keys()[0], 0x8000 + i, plain);
          expect(channel.decrypt(cipher)).toEqual(plain);
        }
      }),
    );
  });

  test('the kernel’s are counted from 0000', () => {
    fc.assert(
      fc.property(fc.array(data, { maxLength: 5 }), (messages) => {
        const channel = new SecureChannel(SECRET);
        for (const [i, plain] of messages.entries()) {
          const cipher = channel.encrypt(plain) ?? new Uint8Array(0);
          expect(Buffer.from(cipher)).toEqual(counterMode(keys()[0], i, plain));
        }
      }),
    );
  });

  test('MAC and MAC+ are over counter 0000', () => {
    fc.assert(
      fc.property(data, (bytes) => {
        const channel = new SecureChannel(SECRET);
        const [, ski] = keys();
        expect(channel.mac(bytes)).toEqual(mac(ski, 0, bytes));
        const whole = aesCmac(ski, concatBytes(new Uint8Array(2), bytes));
        // CBC with the block itself as its IV: deciphered, then mixed with itself.
        const decipher = createDecipheriv('aes-128-cbc', ski, whole).setAutoPadding(false);
        const plus = new Uint8Array(decipher.update(whole).subarray(0, 8));
        expect(channel.macPlus(bytes)).toEqual(plus);
      }),
    );
  });

  test('a sealed message opens in its turn, and no other does', () => {
    fc.assert(
      fc.property(data, fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, at, flip) => {
        const channel = new SecureChannel(SECRET);
        const message = sealed(plain, 0x8000);
        const damaged = message.slice();
        damaged[at % message.length] = (message[at % message.length] ?? 0) ^ flip;
        expect(channel.open(damaged)).toBeUndefined();
        expect(channel.open(message.subarray(1))).toBeUndefined();
        expect(channel.open(sealed(plain, 0x8001))).toBeUndefined();
        expect(channel.open(message)).toEqual(plain);
        expect(channel.open(message)).toBeUndefined();
        expect(channel.open(sealed(plain, 0x8001))).toEqual(plain);
      }),
    );
  });

  test('what is shorter than a MAC does not open', () => {
    const channel = new SecureChannel(SECRET);
    for (let length = 0; length < 8; length++) {
      expect(channel.open(new Uint8Array(length))).toBeUndefined();
    }
  });

  test('a write is confirmed by the MAC of its plain bytes', () => {
    const channel = new SecureChannel(SECRET);
    const plain = hex('9F811103010203');
    expect(channel.confirms(plain, mac(keys()[1], 0x8001, plain))).toBe(false);
    expect(channel.confirms(plain, mac(keys()[1], 0x8000, plain).subarray(0, 7))).toBe(false);
    expect(channel.confirms(plain, mac(keys()[1], 0x8000, plain))).toBe(true);
    expect(channel.confirms(plain, mac(keys()[1], 0x8001, plain))).toBe(true);
  });
});

describe('no counter is used twice', () => {
  test('the card’s end at FFFE', () => {
    const channel = new SecureChannel(SECRET);
    for (let i = 0x8000; i < 0xffff; i++) expect(channel.decrypt(hex('00'))).toBeDefined();
    expect(channel.decrypt(hex('00'))).toBeUndefined();
    expect(channel.open(sealed(hex('00'), 0xffff))).toBeUndefined();
    expect(channel.confirms(hex('00'), mac(keys()[1], 0xffff, hex('00')))).toBe(false);
  });

  test('the kernel’s end before the card’s begin', () => {
    const channel = new SecureChannel(SECRET);
    for (let i = 0; i < 0x8000; i++) expect(channel.encrypt(hex('00'))).toBeDefined();
    expect(channel.encrypt(hex('00'))).toBeUndefined();
  });
});

test('its keys are not to be seen', () => {
  expect(JSON.stringify(new SecureChannel(SECRET))).toBe('{}');
});
