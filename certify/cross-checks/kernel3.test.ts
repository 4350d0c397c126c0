import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { readIssuerData } from '#kernel/emv/contact/issuer-data.ts';
import { type EntryPointResult, runEntryPoint } from '#kernel/emv/contactless/entry-point.ts';
import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import type { IssuerAnswer } from '#kernel/emv/contactless/kernel-activation.ts';
import type { ContactlessOutcome } from '#kernel/emv/contactless/outcome.ts';
import type { KernelReply, KernelStep } from '#kernel/transaction/commands.ts';
import {
  makeQvsdcCard,
  type QvsdcCard,
  type QvsdcProfile,
  qvsdcSale,
} from '../../bench/qvsdc-card.ts';

/** What a card answers to a command; nothing when it is gone. */
type Answers = (command: Uint8Array, index: number) => Uint8Array | undefined;

interface Talk {
  readonly outcome: ContactlessOutcome;
  readonly sent: readonly string[];
  readonly shown: readonly string[];
}

/** Runs a sale with a card, to its end where the issuer answers. */
function talk(input: ContactlessInput, answers: Answers, issuer?: IssuerAnswer): Talk {
  const sent: string[] = [];
  const shown: string[] = [];
  const reply = (step: KernelStep<EntryPointResult>): EntryPointResult => {
    let next = step.next(undefined as never);
    while (!next.done) {
      const command = next.value;
      let answer: KernelReply = { type: command.type === 'activate' ? 'activated' : 'shown' };
      if (command.type === 'show') shown.push(command.request.message);
      if (command.type === 'transmit') {
        const response = answers(command.command, sent.length);
        sent.push(encodeHex(command.command));
        answer = response ? { type: 'response', response } : { type: 'card-lost' };
      }
      next = step.next(answer);
    }
    return next.value;
  };
  let result = reply(runEntryPoint(input));
  if (result.type === 'outcome' && issuer) result = reply(result.resume(issuer));
  if (result.type !== 'outcome') throw new Error('called off');
  return { outcome: result.outcome, sent, shown };
}

interface Setting {
  readonly ttq?: string;
  readonly change?: (input: ContactlessInput) => ContactlessInput;
}

function pay(profile: QvsdcProfile, { ttq, change = (input) => input }: Setting = {}): Talk {
  const card = makeQvsdcCard(profile);
  return talk(change(qvsdcSale(card, ttq)), card.respond);
}

const told = ({ outcome }: Talk): string =>
  [outcome.type, outcome.oda, outcome.cvm, outcome.reason].filter(Boolean).join(' ');

/** Floor limit zero: the TTQ asks for an online cryptogram. */
const online = (input: ContactlessInput): ContactlessInput => ({
  ...input,
  combinations: input.combinations.map((one) => ({ ...one, limits: { floorMinor: 0n } })),
});
const verifying = (input: ContactlessInput): ContactlessInput => ({
  ...input,
  combinations: input.combinations.map((one) => ({
    ...one,
    limits: { ...one.limits, cvmRequiredMinor: 1000n },
  })),
});

describe('a card that approves by itself', () => {
  test.each(['00', '01'] as const)('fast DDA version %s', (fastDda) => {
    const run = pay({ fastDda });
    expect(told(run)).toBe('approved fdda-verified none');
    expect(run.shown).toEqual(['present-card', 'card-read-ok', 'approved']);
    expect(run.sent).toHaveLength(8);
  });

  test.each([
    ['0000', '36004000', 'declined fdda-failed n/a authentication-failed'],
    ['2000', '36004000', 'online-request fdda-failed none'],
    ['2000', '3E004000', 'declined fdda-failed n/a authentication-failed'],
    ['1000', '36004000', 'try-another-interface fdda-failed n/a'],
    ['1000', '26004000', 'declined fdda-failed n/a authentication-failed'],
    ['3000', '36004000', 'online-request fdda-failed none'],
  ])('not authentic, CTQ %s, TTQ %s', (ctq, ttq, outcome) => {
    const profile = { fastDda: '01', processing: { '9F6C': ctq } } as const;
    const change = (input: ContactlessInput) => ({ ...input, caKeys: [] });
    expect(told(pay(profile, { ttq, change }))).toBe(outcome);
  });

  test('nothing to authenticate is not authentic', () => {
    expect(told(pay({}))).toBe('declined not-performed n/a authentication-failed');
    expect(told(pay({ processing: { '9F6C': '2000' } }))).toBe('online-request not-performed none');
  });

  test('an issuer certificate that was revoked', () => {
    const serial = hex('000001');
    const revoked = { rid: hex('A000000003'), index: 0x92, serial };
    const change = (input: ContactlessInput) => ({ ...input, revokedCertificates: [revoked] });
    expect(told(pay({ fastDda: '01' }, { change }))).toContain('fdda-failed');
  });

  test.each([
    ['0000', '36004000', 'declined not-performed n/a expired'],
    ['0800', '36004000', 'online-request not-performed none'],
    ['0800', '3E004000', 'declined not-performed n/a expired'],
  ])('expired, CTQ %s, TTQ %s', (ctq, ttq, outcome) => {
    const processing = { '9F6C': ctq };
    const profile = { fastDda: '01', processing, record: { '5F24': '260114' } } as const;
    expect(told(pay(profile, { ttq }))).toBe(outcome);
    expect(told(pay({ ...profile, record: { '5F24': '260115' } }, { ttq }))).toContain('approved');
  });

  test('a PAN on the exception file', () => {
    const exceptionFile = ['4761739001010010'];
    const change = (input: ContactlessInput) => ({ ...input, exceptionFile });
    expect(told(pay({ fastDda: '01' }, { change }))).toBe(
      'declined not-performed n/a on-exception-file',
    );
  });

  test.each([
    ['01', '0840', '7FC0', '0000', 'declined not-performed n/a service-not-allowed'],
    ['01', '0840', '7FC0', '0400', 'try-another-interface not-performed n/a'],
    ['01', '0840', '80C0', '0400', 'approved fdda-verified none'],
    ['01', '0826', '80C0', '0000', 'declined not-performed n/a service-not-allowed'],
    ['17', '0826', '40C0', '0000', 'approved fdda-verified none'],
    ['09', '0840', 'FF7F', '0000', 'declined not-performed n/a service-not-allowed'],
    ['09', '0840', 'FF7F', '0200', 'try-another-interface not-performed n/a'],
    ['09', '0826', 'FF40', '0000', 'approved fdda-verified none'],
    ['09', '0826', 'FF80', '0000', 'declined not-performed n/a service-not-allowed'],
    ['00', '0826', '0000', '0000', 'approved fdda-verified none'],
  ])('type %s, issuer of %s, usage %s, CTQ %s', (transactionType, country, usage, ctq, outcome) => {
    const record = { '5F28': country, '9F07': usage };
    const profile = { fastDda: '01', processing: { '9F6C': ctq }, record } as const;
    const change = (input: ContactlessInput) => ({ ...input, transactionType });
    expect(told(pay(profile, { change }))).toBe(outcome);
  });

  test('what it has left is shown, in its own currency where it names one', () => {
    const value = (processing: Record<string, string>) =>
      pay({ fastDda: '01', processing }).outcome.uiOnOutcome?.value;
    const minor = 12345n;
    expect(value({ '9F5D': '000000012345' })).toEqual({
      qualifier: 'balance',
      minor,
      currency: '840',
    });
    expect(value({ '9F5D': '000000012345', '9F51': '0978' })?.currency).toBe('978');
    expect(value({ '9F5D': '00000001234A' })).toBeUndefined();
  });
});

describe('the kind of cryptogram', () => {
  test.each([
    ['00', undefined, 'declined'],
    ['C0', undefined, 'declined'],
    ['40', undefined, 'approved'],
    ['80', undefined, 'online-request'],
    [undefined, '06011103900000', 'approved'],
    [undefined, '06011103A00000', 'online-request'],
    [undefined, '06011103800000', 'declined'],
    [undefined, '06', 'declined'],
  ])('CID %s, issuer application data %s', (cid, iad, type) => {
    const processing = { '9F27': cid, ...(iad && { '9F10': iad }) };
    expect(pay({ fastDda: '01', processing }).outcome.type).toBe(type);
  });

  test('a TC goes to the issuer where an online cryptogram was required', () => {
    expect(told(pay({ fastDda: '01' }, { change: online }))).toBe(
      'online-request not-performed none',
    );
  });

  test.each([
    ['37004000', {}, 'online-request fdda-verified none'],
    ['37004000', { caKeys: [] }, 'declined fdda-failed n/a authentication-failed'],
    ['36004000', { caKeys: [] }, 'online-request not-performed none'],
  ])('TTQ %s: authentication before the issuer is asked %o', (ttq, change, outcome) => {
    const profile = { fastDda: '01', processing: { '9F27': '80' } } as const;
    expect(told(pay(profile, { ttq, change: (input) => ({ ...input, ...change }) }))).toBe(outcome);
  });
});

describe('cardholder verification', () => {
  test.each([
    // TTQ, CTQ, whether required, what comes of it
    ['36004000', undefined, true, 'approved signature'],
    ['34004000', undefined, true, 'online-request online-pin'],
    ['30004000', undefined, true, 'declined n/a'],
    ['30004000', undefined, false, 'approved none'],
    ['36004000', '8000', false, 'online-request online-pin'],
    ['32004000', '8000', true, 'declined n/a'],
    ['36004000', '4000', false, 'approved signature'],
    ['34004000', '4000', true, 'declined n/a'],
    ['36004000', 'C000', true, 'online-request online-pin'],
    ['32004000', 'C000', true, 'approved signature'],
    ['36004000', '0000', true, 'declined n/a'],
    ['36004000', '0000', false, 'approved none'],
    // The copy of the CTQ in the card's signed data says 0200, so this one is not believed.
    ['36004000', '0080', true, 'declined n/a'],
    ['36004000', '0200', false, 'approved none'],
  ])('TTQ %s, CTQ %s, required: %s', (ttq, ctq, required, expected) => {
    const profile = { fastDda: '01', processing: { '9F6C': ctq } } as const;
    const change = required ? verifying : (input: ContactlessInput) => input;
    const { outcome } = pay(profile, { ttq, change });
    expect(`${outcome.type} ${outcome.cvm}`).toBe(expected);
    expect(outcome.receipt).toBe(outcome.cvm === 'signature' ? 'yes' : 'n/a');
  });

  test('on the device, checked by the issuer where the card signs no copy', () => {
    const arqc = { processing: { '9F6C': '0080', '9F27': '80' } };
    expect(told(pay(arqc, { change: verifying }))).toBe('online-request not-performed cdcvm');
    const tc = { processing: { '9F6C': '0080', '9F27': '40' } };
    const change = (input: ContactlessInput) => verifying(online(input));
    expect(told(pay(tc, { change }))).toContain('no-common-verification');
  });
});

describe('the data record of an online request', () => {
  const processing = { '9F27': '80', '9F6E': '238CFFFF', '9F7C': '0102' };
  const { outcome } = pay({ processing });

  test('has what C-3 lists, the form factor masked, no TVR bit set', () => {
    const record = Object.fromEntries(
      [...(outcome.dataRecord ?? [])].map(([tag, value]) => [tag, encodeHex(value)]),
    );
    expect(record).toMatchObject({
      '9F02': '000000001000',
      '9F26': '20261203C3227D26',
      '9F36': '0015',
      '9F39': '07',
      '9F6E': '238CFFF0',
      '9F7C': '0102',
      '95': '0000000000',
      '9F37': '01020300',
      '84': 'A0000000031010',
    });
  });

  test('is not asked for again unless both sides update', () => {
    const updates = { ...processing, '9F6C': '0040' };
    const start = (profile: QvsdcProfile, ttq: string) => pay(profile, { ttq }).outcome.start;
    expect(start({ processing: updates }, '36004000')).toBe('n/a');
    expect(start({ processing }, '3600C000')).toBe('n/a');
    expect(start({ processing: updates }, '3600C000')).toBe('B');
  });
});

describe('the second tap', () => {
  const card = makeQvsdcCard({ processing: { '9F27': '80', '9F6C': '0040' } });
  const sale = qvsdcSale(card, '3600C000');
  const script = (commands: string) =>
    `72${byte(7 + commands.length / 2)}9F180400000007${commands}`;
  const scripts = script('8605A0010000008605A002000000') + script('8604A0030000');
  const authentication = '910A0102030405060708AABB';
  const issuer = { responseCode: '00', ...readIssuerData(hex(authentication + scripts)) };

  test('EXTERNAL AUTHENTICATE, then the scripts; the issuer decides', () => {
    const run = talk(sale, card.respond, issuer);
    expect(run.sent.slice(-5)).toEqual([
      '00A4040007A000000003101000',
      '008200000A0102030405060708AABB',
      'A001000000',
      'A002000000',
      'A0030000',
    ]);
    expect(told(run)).toBe('approved n/a');
    expect(run.outcome.discretionaryData?.get('9F5B')).toEqual(hex('20000000072000000007'));
    const refused = talk(sale, card.respond, { ...issuer, responseCode: '05' });
    expect(told(refused)).toBe('declined n/a issuer-declined');
  });

  test('a script ends at the command that fails, the next one is run', () => {
    const answers: Answers = (command) =>
      encodeHex(command) === 'A001000000' ? hex('6985') : card.respond(command);
    const run = talk(sale, answers, issuer);
    expect(run.sent.slice(-2)).toEqual(['A001000000', 'A0030000']);
    expect(run.outcome.discretionaryData?.get('9F5B')).toEqual(hex('11000000072000000007'));
  });

  test.each([62, 63])('status %s00 is a warning, not a failure', (warning) => {
    const answers: Answers = (command) =>
      command[0] === 0xa0 ? hex(`${warning}00`) : card.respond(command);
    const run = talk(sale, answers, issuer);
    expect(run.outcome.discretionaryData?.get('9F5B')).toEqual(hex('20000000072000000007'));
  });

  test.each([4, 5, 6])('a card lost at command %s is asked for again and given all of it', (at) => {
    let lost = false;
    const answers: Answers = (command, index) => {
      if (index === at && !lost) {
        lost = true;
        return undefined;
      }
      return card.respond(command);
    };
    const run = talk(sale, answers, issuer);
    expect(run.outcome.type).toBe('approved');
    expect(run.sent.slice(-4)).toEqual([
      '008200000A0102030405060708AABB',
      'A001000000',
      'A002000000',
      'A0030000',
    ]);
  });
});

describe('magnetic stripe mode', () => {
  const profile = {
    processing: { '82': '0080', '9F26': undefined, '9F10': undefined, '9F36': undefined },
  };

  test('is off unless the configuration has it', () => {
    expect(told(pay(profile))).toBe('end-application n/a missing-card-data');
  });

  test('sends the track to the issuer', () => {
    const { outcome } = pay(profile, { ttq: 'B6004000' });
    expect(outcome.type).toBe('online-request');
    expect(outcome.dataRecord?.get('57')).toEqual(hex('4761739001010010D30122011143882500'));
    expect(outcome.dataRecord?.get('9F39')).toEqual(hex('91'));
  });

  test('gives way to the chip', () => {
    expect(told(pay({ fastDda: '01' }, { ttq: 'B6004000' }))).toContain('approved');
  });
});

describe('a card that says what it must not', () => {
  test.each(['9F26', '82', '9F36', '9F10', '57'])('without %s', (tag) => {
    const outcome = told(pay({ processing: { [tag]: undefined } }));
    expect(outcome).toBe('end-application n/a missing-card-data');
  });

  test.each([
    ['another PAN in the record', { '5A': '4761739001010028' }],
    ['an object twice', { '9F36': '0016' }],
  ])('%s', (_, record) => {
    expect(told(pay({ record }))).toBe('end-application n/a malformed-card-data');
  });
});

describe('whatever a card answers, the transaction ends in a defined outcome', () => {
  const card = makeQvsdcCard({ fastDda: '01' });
  const sale = qvsdcSale(card);
  const whole = recorded(card, sale);
  const ENDS = new Set([
    'approved',
    'declined',
    'online-request',
    'end-application',
    'try-another-interface',
    'try-again',
  ]);

  test('every truncation of every response', () => {
    for (const [at, response] of whole.entries()) {
      for (let length = 0; length < response.length; length++) {
        const answers: Answers = (_, index) => {
          const right = whole[index % whole.length];
          return index === at ? response.subarray(0, length) : right;
        };
        expect(ENDS.has(talk(sale, answers).outcome.type)).toBe(true);
      }
    }
  });

  test('every byte of every response changed: never approved where it is signed', () => {
    const certified = [3, 4, 5, 6, 7];
    for (const at of certified) {
      const response = whole[at] ?? new Uint8Array(0);
      for (let i = 0; i < response.length - 2; i++) {
        const changed = response.slice();
        changed[i] = (changed[i] ?? 0) ^ 0x01;
        const { outcome } = talk(sale, (_, index) => (index === at ? changed : whole[index]));
        expect([at, i, outcome.type]).not.toEqual([at, i, 'approved']);
        expect(ENDS.has(outcome.type)).toBe(true);
      }
    }
  });

  test('arbitrary bytes', () => {
    const noise = fc.uint8Array({ maxLength: 80 });
    const answer = fc.oneof(
      fc.constant<'right'>('right'),
      noise.map((bytes) => Uint8Array.of(...bytes, 0x90, 0x00)),
      noise,
    );
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 20 }), (script) => {
        const { outcome } = talk(sale, (command, index) => {
          const chosen = script[index];
          return chosen === 'right' ? card.respond(command) : chosen;
        });
        expect(ENDS.has(outcome.type)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

function recorded(card: QvsdcCard, sale: ContactlessInput): readonly Uint8Array[] {
  const responses: Uint8Array[] = [];
  talk(sale, (command) => {
    const response = card.respond(command);
    responses.push(response);
    return response;
  });
  return responses;
}

function byte(value: number): string {
  return encodeHex(Uint8Array.of(value));
}
