import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCurves } from '#drivers/node-crypto/elliptic-curves.ts';
import { encodeHex, hex } from '../../../bytes/hex.ts';
import { UI_MESSAGES } from '../../../transaction/ui-request.ts';
import { FixtureCard } from './card.fixture.ts';
import type { CardOptions } from './card-options.fixture.ts';
import { datum, type Paid, pay, saleInput } from './paying.fixture.ts';

const CONFIGURED = { '9F8209': '1800', '9F8203': '9F8111', BF8104: '9F8113021122' };
const CARD: CardOptions = { aip: '010B', envelopes: { '9F8111': '9F811101FF' } };
const OUTCOMES = [
  'approved',
  'declined',
  'online-request',
  'end-application',
  'try-another-interface',
  'try-again',
];

function run(change: (answer: string, number: number) => string): Paid {
  const card = new FixtureCard(CARD);
  const answer = (command: string, number: number) => change(card.transmit(command), number);
  const input = saleInput(CONFIGURED, { presentations: 1, curves: nodeCurves });
  return pay(input, answer, 15_000);
}

/** An outcome of the book's with all it must have. */
function expectDefined({ outcome, exchange }: Paid): void {
  expect(OUTCOMES).toContain(outcome.type);
  // What a card is not selected for is Entry Point's to say.
  if (exchange.length <= 2 || outcome.reason === 'no-common-application') return;
  expect(outcome.discretionaryData?.get('9F8204')).toHaveLength(6);
  expect(outcome.discretionaryData?.get('9F8210')).toHaveLength(8);
  const ui = outcome.uiOnOutcome ?? outcome.uiOnRestart;
  expect(ui && UI_MESSAGES[ui.message]).toBeDefined();
}

const whole = run((answer) => answer);
const answers = whole.exchange.map(({ response }) => hex(response ?? ''));

test('the whole transaction is approved', () => {
  expect(whole.outcome.type).toBe('approved');
  expect(answers).toHaveLength(11);
});

describe('every answer that is damaged ends in a defined outcome', () => {
  test('cut after any byte', () => {
    for (const [number, answer] of answers.entries()) {
      for (let length = 0; length < answer.length; length++) {
        const paid = run((right, n) => (n === number ? right.slice(0, 2 * length) : right));
        expectDefined(paid);
        const isWritten = number === answers.length - 1;
        const isEnvelope = whole.exchange[number]?.command.startsWith('8432');
        if (isWritten || (isEnvelope && length >= 2)) expect(paid.outcome.type).toBe('approved');
        // Before the kernel has the card, a card that is lost is Entry Point's.
        else if (number < 2 && length < 2) expect(paid.outcome.type).toBe('try-again');
        else expect(paid.outcome.type).toBe('end-application');
      }
    }
  });

  test('garbled anywhere', () => {
    fc.assert(
      fc.property(
        fc.nat(answers.length - 1),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        (number, flips) => {
          const paid = run((right, n) => {
            if (n !== number) return right;
            const bytes = hex(right);
            for (const [at, flip] of flips) {
              bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
            }
            return encodeHex(bytes);
          });
          expectDefined(paid);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('anything at all instead', () => {
    fc.assert(
      fc.property(
        fc.nat(answers.length - 1),
        fc.uint8Array({ maxLength: 258 }),
        (number, bytes) => {
          const paid = run((right, n) => (n === number ? encodeHex(bytes) : right));
          expectDefined(paid);
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('whatever byte of the answer to GENERATE AC is changed, nobody is paid', () => {
  const number = whole.exchange.findIndex(({ command }) => command.startsWith('80AE'));
  const answer = answers[number] ?? new Uint8Array(0);
  for (let at = 0; at < answer.length; at++) {
    const paid = run((right, n) => {
      if (n !== number) return right;
      const bytes = hex(right);
      bytes[at] = (bytes[at] ?? 0) ^ 0x04;
      return encodeHex(bytes);
    });
    expect([at, paid.outcome.type]).toEqual([at, 'end-application']);
    expect(paid.outcome.dataRecord).toBeUndefined();
  }
});

test('whatever bit of the card’s key data is changed, nobody is paid', () => {
  const at = answers[2] ? encodeHex(answers[2]).indexOf('9F810340') / 2 + 4 : 0;
  for (let byte = 0; byte < 64; byte++) {
    const paid = run((right, n) => {
      if (n !== 2) return right;
      const bytes = hex(right);
      bytes[at + byte] = (bytes[at + byte] ?? 0) ^ 0x10;
      return encodeHex(bytes);
    });
    // The blinding factor is what authentication fails by; all else depends on the point.
    if (byte >= 32) expect(datum(paid, '95')).toBe('0400000082');
    else expect(paid.outcome.type).toBe('end-application');
    expect(paid.outcome.type).not.toBe('approved');
  }
});
