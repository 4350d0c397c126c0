import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedPinPad } from '#drivers/simulated/pin-pad.ts';
import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import { decipherDukptPin } from '#kernel/keys/dukpt-pin.ts';
import { parseTdesKsn } from '#kernel/keys/ksn.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { dukptPinCipher, type KsnMemory } from './dukpt-pin-cipher.ts';
import {
  type Bench,
  closeDesks,
  events,
  PROFILE,
  patientBench,
  soon,
  start,
  tap,
  until,
} from './payment-desk.fixture.ts';
import { type AcquirerAct, answerTo, sealed } from './scripted-acquirer.fixture.ts';

afterEach(closeDesks);

const INITIAL = new SecretKey(hex('6AC292FAA1315B4D858AB3A3D7D5933A'));
const WANTS_PIN = encodeTlv([
  { tag: 'DF21', value: Uint8Array.of(2, 0) },
  { tag: 'DF22', value: encodeAscii('high') },
  { tag: 'DF24', value: encodeAscii('pin') },
]);

function memoryOf(): KsnMemory & { readonly used: string[] } {
  const used: string[] = [];
  return { used, read: () => used.at(-1), write: (ksn) => used.push(ksn) > 0 };
}

/** A desk with a PIN pad, whose host answers with these codes in turn, wanting a PIN with `1A`. */
function pinBench(codes: string[], memory: KsnMemory = memoryOf()) {
  const act: AcquirerAct = (request) => {
    const told = answerTo(request, codes.shift() ?? '00');
    const wants = told.fields[39] === '1A' ? { 61: WANTS_PIN } : {};
    return [{ type: 'send', message: sealed({ ...told, fields: { ...told.fields, ...wants } }) }];
  };
  const pinPad = new SimulatedPinPad(dukptPinCipher(INITIAL, '10000001', memory));
  return { ...patientBench(act, {}, { pinPad }), pinPad };
}

const pinIn = ({ fields }: Message): string | undefined => {
  const [block, serial] = [fields[52], fields[53]];
  if (!(block instanceof Uint8Array) || !(serial instanceof Uint8Array)) return undefined;
  const ksn = expectOk(parseTdesKsn(serial));
  return expectOk(decipherDukptPin(block, expectOk(parsePan(PROFILE.pan)), INITIAL, ksn));
};

async function askedFor(b: Bench, reason: string): Promise<void> {
  await soon(() => b.desk.current()?.reason === reason);
  await tap(b);
  await until(b, 'entering-pin');
}

describe('a soft decline that requires a PIN', () => {
  test('is paid under the same intent once the PIN is entered', async () => {
    const b = pinBench(['1A']);
    const paymentId = await start(b);
    await tap(b);
    await askedFor(b, 'pin-required');
    expect(b.desk.current()?.cancellable).toBe(true);
    expect(b.pinPad.type('4711')).toBe(true);
    await until(b, 'approved');
    const [first, second] = b.acquirer.received;
    expect(first && pinIn(first)).toBeUndefined();
    expect(second && pinIn(second)).toBe('4711');
    expect(await events(b, paymentId)).toEqual([
      'intent',
      ...['authorisation-sent', 'authorisation-answered'],
      ...['authorisation-sent', 'authorisation-answered'],
      'closed',
    ]);
  });

  test('a wrong PIN is entered again, under another key, until the host blocks it', async () => {
    const memory = memoryOf();
    const b = pinBench(['1A', '55', '55', '75'], memory);
    await start(b);
    await tap(b);
    await askedFor(b, 'pin-required');
    for (const _ of ['once', 'twice']) {
      b.pinPad.type('1111');
      await askedFor(b, 'pin-wrong');
    }
    b.pinPad.type('1111');
    expect(await until(b, 'declined')).toMatchObject({ reason: 'pin-blocked', responseCode: '75' });
    const serials = b.acquirer.received.slice(1).map(({ fields }) => fields[53]);
    expect(new Set(serials.map((each) => inspect(each))).size).toBe(3);
    expect(memory.used).toEqual([
      'FFFF1000000100000001',
      'FFFF1000000100000002',
      'FFFF1000000100000003',
    ]);
  });

  test('called off on the PIN pad stays unpaid, and says why', async () => {
    const b = pinBench(['1A']);
    const paymentId = await start(b);
    await tap(b);
    await askedFor(b, 'pin-required');
    expect(b.pinPad.pressCancel()).toBe(true);
    expect(await until(b, 'declined')).toMatchObject({ reason: 'pin-not-entered' });
    expect(b.acquirer.types).toEqual(['0100']);
    expect((await events(b, paymentId)).at(-1)).toBe('closed');
    // The sale can be begun again.
    b.desk.dismiss(paymentId);
    await start(b);
  });

  test('called off by the cashier is cancelled', async () => {
    const b = pinBench(['1A']);
    const paymentId = await start(b);
    await tap(b);
    await askedFor(b, 'pin-required');
    expect(b.desk.cancel(paymentId)).toBe(true);
    expect(await until(b, 'cancelled')).toMatchObject({ reason: 'cashier' });
    expect(b.pinPad.type('4711')).toBe(false);
    expect(b.acquirer.types).toEqual(['0100']);
  });

  test('without a PIN pad is a decline', async () => {
    const act: AcquirerAct = (request) => {
      const told = answerTo(request, '1A');
      const fields = { ...told.fields, 61: WANTS_PIN };
      return [{ type: 'send', message: sealed({ ...told, fields }) }];
    };
    const b = patientBench(act);
    await start(b);
    await tap(b);
    expect(await until(b, 'declined')).toMatchObject({ reason: 'verification-required' });
  });

  test('a PIN pad that cannot remember its key enciphers nothing', async () => {
    const b = pinBench(['1A'], { read: () => undefined, write: () => false });
    await start(b);
    await tap(b);
    await askedFor(b, 'pin-required');
    b.pinPad.type('4711');
    expect(await until(b, 'declined')).toMatchObject({ reason: 'card-not-supported' });
    expect(b.acquirer.types).toEqual(['0100']);
  });
});

test('a PIN is in nothing that is kept, shown or can be printed', async () => {
  const b = pinBench(['1A']);
  const seen: string[] = [];
  const paymentId = await start(b);
  await tap(b);
  await askedFor(b, 'pin-required');
  const look = () => seen.push(inspect([b.pinPad, b.desk.current(), b.desk], { depth: 12 }));
  look();
  b.pinPad.type('90817263');
  look();
  await until(b, 'approved');
  look();
  seen.push(inspect(await b.journal.read(paymentId), { depth: 12 }));
  expect(seen.join('\n')).not.toContain('90817263');
  expect(seen.join('\n')).toContain('999999******0012');
});
