import { describe, expect, test } from 'vitest';
import { judge } from '#certify/judge.ts';
import { VECTOR_KINDS } from '#certify/registry.ts';
import type { JsonObject } from '#certify/vector-kind.ts';
import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { buildVector, type CapturedTransaction } from '#terminal/capture/build-vector.ts';
import { type CapturedPair, replaceSensitive } from '#terminal/capture/replace-sensitive.ts';
import { freshMemory, profileWith } from '#wearable/issuers.fixture.ts';
import { presentWearable } from '#wearable/presented-card.ts';
import { contactlessSale, payContactless } from './wearable-payment.fixture.ts';

const KEY = hex('A5'.repeat(32));
const PAN = '9999990000000014';
const LIVE_PAN = '4761730000000011';
const OFFLINE = { currency: '978', limitMinor: 2_500, totalLimitMinor: 50_000 };
const TYPES = { 2: 'mchip', 3: 'qvsdc', 8: 'kernel8' } as const;

function capture(kernelId: 2 | 3 | 8, account = {}): CapturedTransaction {
  const profile = profileWith({ type: TYPES[kernelId], offline: OFFLINE, ...account });
  const card = presentWearable(profile, { memory: freshMemory() });
  const input = contactlessSale(profile, kernelId);
  const pairs: CapturedPair[] = [];
  const watched = {
    ...card,
    delayMs: () => card.delayMs?.() ?? 0,
    transmit(command: Uint8Array) {
      const response = card.transmit(command);
      pairs.push({ command, response: response === 'lost' ? hex('') : response, elapsedUs: 1_000 });
      return response;
    },
  };
  payContactless(watched, input);
  return { input, pairs, issuerData: hex(''), responseCode: undefined };
}

interface Captured {
  readonly id: string;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: 'valid';
  readonly input: JsonObject;
  readonly expect: JsonObject;
}

function vectorOf(captured: CapturedTransaction): Captured {
  const built = buildVector(captured, 'x', KEY);
  if (!built.ok) throw new Error(built.error);
  const [vector] = (built.value as unknown as { vectors: readonly Captured[] }).vectors;
  const kind = VECTOR_KINDS.get('transaction');
  if (!vector || !kind) throw new Error('no vector');
  expect(judge(kind, vector)).toBeUndefined();
  return vector;
}

describe.each([2, 3] as const)('kernel %i, a card that is authenticated offline', (kernelId) => {
  test('passes, and says that signatures no longer hold', () => {
    const vector = vectorOf(capture(kernelId));
    expect(JSON.stringify(vector)).not.toContain(PAN);
    expect(vector.comment).toContain('Card data was replaced.');
    expect(vector.comment).toContain('verified');
    expect(vector.expect['oda']).not.toContain('verified');
  });

  test('a live account keeps neither number nor cryptogram', () => {
    const captured = capture(kernelId, { pan: LIVE_PAN });
    const answers = captured.pairs.map(({ response }) => encodeHex(response)).join();
    const cryptogram = /9F2608([0-9A-F]{16})/.exec(answers)?.[1] ?? 'no such thing';
    const signature = /9F4B81?[89A-F][0-9A-F]([0-9A-F]{32})/.exec(answers)?.[1] ?? 'no such thing';
    const text = JSON.stringify(vectorOf(captured));
    expect(answers).toContain(LIVE_PAN);
    for (const secret of [LIVE_PAN, cryptogram, signature]) expect(text).not.toContain(secret);
  });
});

test('kernel 8: what is enciphered cannot be replaced, so nothing is kept', () => {
  expect(buildVector(capture(8), 'x', KEY)).toEqual({ ok: false, error: 'unreadable-answer' });
});

test('an exchange that is not the kernel’s is not kept', () => {
  const captured = capture(3);
  const [first, ...rest] = captured.pairs;
  if (!first) throw new Error('no exchange');
  const pairs = [{ ...first, command: hex('00A4040000') }, ...rest];
  expect(buildVector({ ...captured, pairs }, 'x', KEY)).toMatchObject({
    error: 'not-reproducible',
  });
});

/** An answer with these objects in a record. */
function record(objects: Readonly<Record<string, string>>): CapturedPair {
  const inner = Object.entries(objects).map(([tag, value]) => ({ tag, value: hex(value) }));
  const response = concatBytes(encodeTlv([{ tag: '70', value: encodeTlv(inner) }]), hex('9000'));
  return { command: hex('00B2010C00'), response, elapsedUs: 0 };
}

function replacedText(...pairs: readonly CapturedPair[]): string {
  const replaced = replaceSensitive({ pairs, issuerData: hex('') }, KEY);
  if (!replaced.ok) throw new Error(replaced.error);
  return replaced.value.pairs
    .map((one) => encodeHex(concatBytes(one.command, one.response)))
    .join();
}

describe('what stands in', () => {
  const name = encodeHex(encodeAscii('DOE/JANE'));
  const track1 = encodeHex(encodeAscii(`B${LIVE_PAN}^DOE/JANE^25122011234567890`));

  test('one number, everywhere, with its check digit; the first six digits stay', () => {
    const text = replacedText(
      record({ '5A': LIVE_PAN, '57': `${LIVE_PAN}D25122011234567890` }),
      record({ '9F6B': `${LIVE_PAN}D25122019999999999`, '56': track1 }),
      { command: hex(`8000000008${LIVE_PAN}`), response: hex('9000'), elapsedUs: 0 },
    );
    expect(text).not.toContain(LIVE_PAN);
    const [standIn = ''] = /476173\d{10}/.exec(text) ?? [];
    expect(text.split(standIn).length - 1).toBe(4);
    expect(text).toContain(`${standIn}D25122010000000000`);
    expect(text).toContain(encodeHex(encodeAscii(`B${standIn}^XXX/XXXX^25122010000000000`)));
  });

  test('a number of an odd length keeps its filler', () => {
    const text = replacedText(record({ '5A': '6763000000000000123F' }));
    expect(text).toMatch(/5A0A676300\d{13}F/);
  });

  test('names, discretionary data, the card’s certificate and what is unknown', () => {
    const secret = 'C0FFEE00C0FFEE00C0FFEE00';
    const text = replacedText(
      record({ '5F20': name, '9F1F': '31323334', '9F20': '1234', '9F46': secret, DF7A: secret }),
    );
    for (const gone of [name, '31323334', secret]) expect(text).not.toContain(gone);
    expect(text).toContain('9F1F0430303030');
    expect(text).toContain('9F20020000');
  });

  test('a limit of another scheme under the tag of a track is no track', () => {
    expect(replacedText(record({ '9F6B': '000000012345' }))).toContain('9F6B06000000012345');
  });

  test('scripts of a live issuer are not kept', () => {
    const pairs = [record({ '5A': LIVE_PAN })];
    expect(replaceSensitive({ pairs, issuerData: hex('7200') }, KEY)).toEqual({
      ok: false,
      error: 'issuer-scripts',
    });
  });

  test('two numbers get two stand-ins', () => {
    const text = replacedText(record({ '5A': LIVE_PAN }), record({ '5A': '4761730000000029' }));
    expect(new Set(text.match(/476173\d{10}/g)).size).toBe(2);
  });
});
