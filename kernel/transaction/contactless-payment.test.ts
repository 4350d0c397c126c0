import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import type { ContactlessInput } from '../emv/contactless/input.ts';
import type { AuthorisationRequest } from './authorisation.ts';
import type { KernelCommand, KernelReply } from './commands.ts';
import { payContactless } from './contactless-payment.ts';
import { runScripted } from './scripted-exchange.fixture.ts';

const { vectors } = JSON.parse(
  readFileSync(new URL('../../test-vectors/emv/hu-mock-visa-online.json', import.meta.url), 'utf8'),
);
const { input: recorded, expect: expected } = vectors[0];
const RESPONSES: string[] = recorded.exchange.map((pair: { response: string }) => pair.response);

/** The recorded reader: TTQ 24004000, verification from 80.00. */
const INPUT: ContactlessInput = {
  amountMinor: 9000n,
  amountOtherMinor: 0n,
  transactionType: '00',
  currency: '840',
  terminalCountry: '840',
  date: '200316',
  time: '000000',
  unpredictableNumbers: Array.from({ length: 5 }, () => hex('ABABABAB')),
  terminalData: { '9F33': hex('A048C8'), '9F35': hex('21') },
  combinations: [
    {
      aid: 'A000000003',
      kernelId: 3,
      limits: { floorMinor: 0n, cvmRequiredMinor: 8000n },
      data: { '9F66': hex('24004000') },
    },
  ],
};

function authorised(commands: readonly KernelCommand[]): AuthorisationRequest | undefined {
  return commands.find((command) => command.type === 'authorise-online')?.request;
}

/** Answers as usual, but `answer` for the commands of one type. */
function replying(type: KernelCommand['type'], answer: KernelReply) {
  return (command: KernelCommand): KernelReply => {
    if (command.type === type) return answer;
    if (command.type === 'activate') return { type: 'activated' };
    if (command.type === 'ask-pin') return { type: 'pin-entered', pinBlock: new Uint8Array(8) };
    return command.type === 'show' ? { type: 'shown' } : { type: 'answered', responseCode: '00' };
  };
}

describe('the recorded exchange hu-mock-visa-online', () => {
  const run = runScripted(payContactless(INPUT), RESPONSES);

  test('sends the recorded commands byte for byte', () => {
    expect(run.sent).toEqual(recorded.exchange.map((pair: { command: string }) => pair.command));
  });

  test('asks the issuer with the recorded cryptogram, after the online PIN it requires', () => {
    const request = authorised(run.commands);
    expect(encodeHex(request?.iccData ?? hex(''))).toContain(`9F2608${expected.de55['9F26']}`);
    expect(request).toMatchObject({
      pan: '4761739001010010',
      expiry: '2212',
      panSequenceNumber: '01',
      track2: '4761739001010010D22122011143844489',
      cardholderVerification: 'online-pin',
      aid: 'A0000000031010',
      applicationLabel: 'VISA CREDIT',
      amountMinor: 9000n,
    });
    expect(run.commands.some((command) => command.type === 'ask-pin')).toBe(true);
  });

  test('ends as the issuer says', () => {
    expect(run.result).toEqual({ type: 'approved', responseCode: '00' });
  });

  test('shows what the customer has to do, in order', () => {
    const shown = run.commands.flatMap((c) => (c.type === 'show' ? [c.request.message] : []));
    expect(shown).toEqual(['present-card', 'card-read-ok', 'enter-pin', 'authorising']);
  });
});

describe('what else can happen', () => {
  test.each([
    [
      { type: 'answered', responseCode: '51' },
      { type: 'declined', reason: 'insufficient-funds', responseCode: '51' },
    ],
    [
      { type: 'answered', responseCode: '99' },
      { type: 'declined', reason: 'issuer-declined', responseCode: '99' },
    ],
    [{ type: 'not-sent' }, { type: 'declined', reason: 'host-unreachable' }],
    [{ type: 'unknown' }, { type: 'unknown' }],
  ] as const)('the host: %o', (reply, outcome) => {
    const run = runScripted(payContactless(INPUT), RESPONSES, replying('authorise-online', reply));
    expect(run.result).toEqual(outcome);
  });

  test('a PIN that cannot be entered ends the payment before anybody is asked', () => {
    const reply = replying('ask-pin', { type: 'pin-unavailable' });
    const run = runScripted(payContactless(INPUT), RESPONSES, reply);
    expect(run.result).toEqual({ type: 'declined', reason: 'card-not-supported' });
    expect(authorised(run.commands)).toBeUndefined();
  });

  test('the cashier calls it off', () => {
    const reply = replying('activate', { type: 'cancelled' });
    expect(runScripted(payContactless(INPUT), [], reply).result).toEqual({
      type: 'cancelled',
      reason: 'cashier',
    });
  });

  test.each([0, 1, 2])(
    'a card lost at command %i is asked for again, with a new number',
    (lostAt) => {
      const unpredictableNumbers = [hex('01020304'), hex('ABABABAB')].slice(lostAt < 2 ? 1 : 0);
      const twice = { ...INPUT, unpredictableNumbers };
      const lost = [...RESPONSES.slice(0, lostAt), 'lost'];
      const run = runScripted(payContactless(twice), [...lost, ...RESPONSES]);
      expect(run.result).toMatchObject({ type: 'approved' });
      const shown = run.commands.flatMap((c) => (c.type === 'show' ? [c.request.message] : []));
      const again = lostAt < 2 ? 'present-card' : 'try-again';
      expect(shown.slice(0, 2)).toEqual(['present-card', again]);
      expect(run.sent.slice(-3)).toEqual(
        recorded.exchange.map((pair: { command: string }) => pair.command),
      );
    },
  );

  test('a card that is lost each time takes nothing', () => {
    expect(runScripted(payContactless(INPUT), ['lost']).result).toEqual({
      type: 'declined',
      reason: 'card-removed',
    });
  });

  test.each([
    ['6A82', { type: 'declined', reason: 'card-not-supported' }],
    ['6F00', { type: 'declined', reason: 'card-not-supported' }],
  ])('PPSE answered %s', (statusWord, outcome) => {
    expect(runScripted(payContactless(INPUT), [statusWord]).result).toEqual(outcome);
  });

  test.each([
    ['6984', 'card-not-supported'],
    ['6985', 'card-not-supported'],
    ['6700', 'card-error'],
    ['9000', 'card-error'],
    ['77009000', 'card-error'],
    ['80029000', 'card-error'],
    ['8002' + '2000' + '9000', 'card-error'],
    ['7704' + '8202' + '20' + '9000', 'card-error'],
  ])('GET PROCESSING OPTIONS answered %s', (response, reason) => {
    const run = runScripted(payContactless(INPUT), [...RESPONSES.slice(0, 2), response]);
    expect(run.result).toEqual({ type: 'declined', reason });
  });

  test('an AAC is a refusal by the card', () => {
    const aac = RESPONSES[2]?.replace('9F270180', '9F270100') ?? '';
    const run = runScripted(payContactless(INPUT), [...RESPONSES.slice(0, 2), aac]);
    expect(run.result).toEqual({ type: 'declined', reason: 'card-declined' });
  });

  test('an amount at the limit is not allowed, and no card is asked for', () => {
    const combinations = INPUT.combinations.map((c) => ({
      ...c,
      limits: { transactionMinor: 9000n },
    }));
    const run = runScripted(payContactless({ ...INPUT, combinations }), []);
    expect(run.result).toEqual({ type: 'declined', reason: 'over-limit' });
    expect(run.commands.map(({ type }) => type)).toEqual(['show']);
  });
});

test('whatever bytes a card sends, the payment ends in a defined way', () => {
  const response = fc.uint8Array({ maxLength: 60 }).map((bytes) => `${encodeHex(bytes)}9000`);
  const mutated = fc
    .tuple(fc.nat(2), fc.nat(40), fc.nat(255))
    .map(([index, at, byte]) =>
      RESPONSES.map((text, i) => (i === index ? replaceByte(text, at, byte) : text)),
    );
  const script = fc.oneof(mutated, fc.array(response, { maxLength: 4 }));
  fc.assert(
    fc.property(script, (responses) => {
      const { result } = runScripted(payContactless(INPUT), responses);
      expect(['approved', 'declined']).toContain(result.type);
    }),
    { numRuns: 500 },
  );
});

function replaceByte(text: string, at: number, byte: number): string {
  const bytes = hex(text);
  bytes[at % bytes.length] = byte;
  return encodeHex(bytes);
}
