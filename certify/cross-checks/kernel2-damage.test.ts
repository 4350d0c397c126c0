import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { decodeTlv, findTag } from '#kernel/tlv/ber.ts';
import storage from '../../test-vectors/emv/kernel2-data-storage.json' with { type: 'json' };
import emv from '../../test-vectors/emv/kernel2-emv.json' with { type: 'json' };
import stripe from '../../test-vectors/emv/kernel2-mag-stripe.json' with { type: 'json' };
import recorded from '../../test-vectors/emv/kernel2-recorded.json' with { type: 'json' };
import relay from '../../test-vectors/emv/kernel2-relay-resistance.json' with { type: 'json' };
import torn from '../../test-vectors/emv/kernel2-torn.json' with { type: 'json' };
import { transaction } from '../kinds/transaction.ts';
import type { JsonObject } from '../vector-kind.ts';

/** What is changed of a vector's input. */
type Recorded = JsonObject & {
  readonly exchange: readonly { readonly response: string }[];
  readonly transaction: { readonly unpredictableNumbers: readonly string[] };
};

/** A vector's input with other answers, any commands, and spare unpredictable numbers. */
function withAnswers(input: Recorded, change: (answer: string, i: number) => string): JsonObject {
  const exchange = input.exchange.map((pair, i) => ({
    ...pair,
    command: '*',
    response: change(pair.response, i),
  }));
  const sale = input.transaction;
  const unpredictableNumbers = [...sale.unpredictableNumbers, ...Array(20).fill('0BADF00D')];
  return { ...input, exchange, transaction: { ...sale, unpredictableNumbers } };
}

/** What the runner says; a damaged exchange may ask for more commands than there are. */
function run(input: JsonObject) {
  const result = transaction.run(input);
  if (result.ok) return result.value as { outcome: string; oda?: string; discretionaryData?: Data };
  expect(result.error.kind).toBe('command-beyond-exchange');
  return { outcome: 'goes on' };
}

type Data = { readonly DF8115?: string; readonly '95'?: string };

const OUTCOMES = [
  'approved',
  'declined',
  'online-request',
  'end-application',
  'select-next',
  'try-another-interface',
  'try-again',
  'goes on',
];

const CAM_FAILED = '00020000001C';
const CDA_FAILED = 0x04;

/** The recorded cards whose signature is verified. */
const SIGNED = recorded.vectors.filter(({ expect: told }) => told.oda === 'cda-verified');

describe.each(SIGNED)('$id', (vector) => {
  const input = vector.input as unknown as Recorded;
  const answers = vector.input.exchange.map(({ response }) => response);
  const [before = ''] = [(vector.expect as unknown as { tvr: string }).tvr];

  /** Where the value of a tag is: in which answer, and at which byte of it. */
  function placeOf(tag: string) {
    for (const [answer, response] of answers.entries()) {
      const bytes = hex(response.slice(0, -4));
      const decoded = decodeTlv(bytes);
      const object = decoded.ok && answer > 1 ? findTag(decoded.value, tag) : undefined;
      if (object) {
        return {
          answer,
          at: object.value.byteOffset - bytes.byteOffset,
          length: object.value.length,
        };
      }
    }
    throw new Error(`the card gives no ${tag}`);
  }

  function flipped(answer: number, at: number, mask: number) {
    return run(
      withAnswers(input, (response, i) => {
        if (i !== answer) return response;
        const bytes = hex(response);
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        return encodeHex(bytes);
      }),
    );
  }

  test('as recorded its signature is verified', () => {
    expect(run(withAnswers(input, (response) => response)).oda).toBe('cda-verified');
  });

  test.each(['90', '9F46', '9F4B', '92', '9F48'])('each byte of %s changed: CDA failed', (tag) => {
    const { answer, at, length } = placeOf(tag);
    for (let i = 0; i < length; i++) {
      const told = flipped(answer, at + i, 1 << (i & 7));
      expect(told.outcome).toBe('end-application');
      expect(told.oda).toBe('cda-failed');
      expect(told.discretionaryData?.DF8115).toBe(CAM_FAILED);
      const tvr = hex(before);
      tvr[0] = (tvr[0] ?? 0) | CDA_FAILED;
      expect(told.discretionaryData?.['95']).toBe(encodeHex(tvr));
    }
  });

  test('each byte of the first signed record changed: never verified', () => {
    const { answer } = placeOf('5A');
    for (let at = 2; at < (answers[answer]?.length ?? 0) / 2 - 2; at++) {
      expect(flipped(answer, at, 0x01).oda).not.toBe('cda-verified');
    }
  });

  test('each bit of the AIP changed: not verified, and where it decides nothing CDA failed', () => {
    const { answer, at } = placeOf('82');
    for (let bit = 0; bit < 16; bit++) {
      const told = flipped(answer, at + (bit >> 3), 1 << (bit & 7));
      expect(told.oda).not.toBe('cda-verified');
      // SDA, DDA, risk management and what is reserved decide nothing here.
      if ([2, 3, 5, 6].includes(bit)) {
        expect(told.discretionaryData?.DF8115).toBe(CAM_FAILED);
      }
    }
  });

  test('each answer cut after each byte: an outcome, and no signature verified', () => {
    for (const [answer, response] of answers.entries()) {
      if (answer < 2) continue;
      for (let length = 0; length < response.length; length += 2) {
        const told = run(
          withAnswers(input, (one, i) => (i === answer ? one.slice(0, length) : one)),
        );
        expect(OUTCOMES).toContain(told.outcome);
        expect(told.oda).not.toBe('cda-verified');
      }
    }
  });
});

const ALL = [recorded, emv, relay, torn, stripe, storage].flatMap(({ vectors }) =>
  vectors.map(({ input }) => input as unknown as Recorded),
);

describe('any exchange', () => {
  const garble = fc.oneof(
    fc.constant(''),
    fc.uint8Array({ maxLength: 40 }).map(encodeHex),
    fc.constantFrom('9000', '6985', '7700' + '9000', '70009000', '80009000'),
  );

  test('with an answer that is garbled, dropped or another ends in an outcome', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.nat(), garble, (input, at, answer) => {
        const count = input.exchange.length;
        const told = run(withAnswers(input, (one, i) => (i === at % count ? answer : one)));
        expect(OUTCOMES).toContain(told.outcome);
      }),
      { numRuns: 400 },
    );
  });

  test('with a byte changed ends in an outcome', () => {
    const byte = fc.integer({ min: 1, max: 255 });
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.nat(), fc.nat(), byte, (input, at, place, mask) => {
        const count = input.exchange.length;
        const change = (one: string, i: number): string => {
          if (i !== at % count || one === '') return one;
          const bytes = hex(one);
          const where = place % bytes.length;
          bytes[where] = (bytes[where] ?? 0) ^ mask;
          return encodeHex(bytes);
        };
        expect(OUTCOMES).toContain(run(withAnswers(input, change)).outcome);
      }),
      { numRuns: 1000 },
    );
  });
});
