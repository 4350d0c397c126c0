import { describe, expect, test } from 'vitest';
import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import type { ContactInput } from '#kernel/emv/contact/input.ts';
import type { ContactOutcome } from '#kernel/emv/contact/outcome.ts';
import { computeArpcMethod1 } from '#kernel/keys/cryptogram.ts';
import { deriveCommonSessionKey } from '#kernel/keys/emv-session-keys.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import type { HostReply } from '#kernel/transaction/commands.ts';
import { parseFault } from '#wearable/fault-plan.ts';
import {
  buildScript,
  freshMemory,
  MASTER_KEY,
  profileWith,
  SCRIPT_MAC_KEY,
  tagValue,
} from '#wearable/issuers.fixture.ts';
import { type PresentedCard, presentWearable } from '#wearable/presented-card.ts';
import type { WearableInterface } from '#wearable/wearable.ts';
import { linkT0 } from '../drivers/pcsc/t0.ts';
import { contactSale, payContact, type Terminal } from './wearable-payment.fixture.ts';

interface Situation {
  readonly card?: Readonly<Record<string, unknown>>;
  readonly sale?: Partial<ContactInput>;
  readonly faults?: readonly string[];
  readonly side?: WearableInterface;
}

/** A card as it is seen through the terminal's link. */
function throughT0(card: PresentedCard): PresentedCard {
  return {
    ...card,
    transmit: (command) => {
      const link = linkT0(command);
      let next = link.next();
      while (!next.done) {
        const answer = card.transmit(next.value);
        if (answer === 'lost') return answer;
        next = link.next(answer);
      }
      return next.value;
    },
  };
}

function situated({ card: own, sale, faults = [], side = 'contact-t1' }: Situation) {
  const profile = profileWith({ type: 'contact', ...own });
  const planned = faults.map((text) => {
    const fault = parseFault(text);
    if (!fault.ok) throw new Error(fault.error);
    return fault.value;
  });
  const memory = freshMemory();
  const presented = presentWearable(profile, { memory, faults: planned, interface: side });
  const card = side === 'contact-t0' ? throughT0(presented) : presented;
  return { card, input: contactSale(profile, sale) };
}

function pay(situation: Situation = {}, terminal: Terminal = {}): ContactOutcome {
  const { card, input } = situated(situation);
  return payContact(card, input, terminal);
}

/** What the card sent last under a tag, over every answer it gave. */
function listening(card: PresentedCard) {
  const seen = new Map<string, string>();
  const listened: PresentedCard = {
    ...card,
    transmit: (command) => {
      const answer = card.transmit(command);
      if (answer === 'lost' || answer.length < 4) return answer;
      const text = encodeHex(answer);
      for (const tag of ['9F26', '9F36']) {
        const value = tagValue(text, tag);
        if (value !== '') seen.set(tag, value);
      }
      return answer;
    },
  };
  return { card: listened, seen };
}

/** An issuer that approves, with its answer to the card's cryptogram. */
function approving(
  seen: ReadonlyMap<string, string>,
  scripts: (atc: string, cryptogram: string) => string = () => '',
): HostReply {
  const [atc = '', cryptogram = ''] = ['9F36', '9F26'].map((tag) => seen.get(tag) ?? '');
  const key = expectOk(deriveCommonSessionKey(new SecretKey(hex(MASTER_KEY)), hex(atc)));
  const arpc = expectOk(computeArpcMethod1('tdes', key, hex(cryptogram), hex('3030')));
  return {
    type: 'answered',
    responseCode: '00',
    issuerData: hex(`910A${encodeHex(arpc)}3030${scripts(atc, cryptogram)}`),
  };
}

function script(template: string, command: string): string {
  const [inner, outer] = [command.length / 2, command.length / 2 + 2].map((bytes) =>
    bytes.toString(16).padStart(2, '0'),
  );
  return `${template}${outer}86${inner}${command}`;
}

function datum(outcome: ContactOutcome, tag: string): string {
  const value = outcome.type === 'cancelled' ? undefined : outcome.data?.get(tag);
  return encodeHex(value ?? hex(''));
}

describe('the contact kernel and the wearable', () => {
  test.each([
    ['cda', 'cda-verified'],
    ['dda', 'dda-verified'],
    ['sda', 'sda-verified'],
    ['xda', 'xda-verified'],
  ])('offline, authenticated by %s', (authentication, oda) => {
    expect(pay({ card: { authentication } })).toMatchObject({ type: 'approved', oda });
    const withPdol = { authentication, pdol: '9F1A0295059F3704' };
    expect(pay({ card: withPdol })).toMatchObject({ type: 'approved', oda });
  });

  test.each([
    ['T=0', { side: 'contact-t0' }],
    ['format 1', { card: { responseFormat: 1, authentication: 'dda' } }],
    ['a list of AIDs in place of the directory', { sale: { usesDirectory: false } }],
    ['a PDOL', { card: { pdol: '9F1A0295059F3704' } }],
    ['an exponent of its own', { card: { cryptogramVersion: 10 } }],
  ] as const)('with %s', (_what, situation) => {
    expect(pay(situation)).toMatchObject({ type: 'approved' });
  });

  test.each([
    ['plain', 'E080CC', false, '4103'],
    ['enciphered', 'E010CC', false, '4403'],
    ['enciphered for a key of its own', 'E010CC', true, '4403'],
  ])('verifies an offline PIN: %s', (_what, capabilities, ownPinKey, rule) => {
    const terminalData = {
      '9F33': hex(capabilities),
      '9F35': hex('22'),
      '9F40': hex('6000F0A001'),
    };
    const situation = { card: { pin: '1234', ownPinKey }, sale: { terminalData } };
    const right = pay(situation, { pin: '1234' });
    expect(right).toMatchObject({ type: 'approved', oda: 'cda-verified' });
    expect(datum(right, '9F34')).toBe(`${rule}02`);
    const { card, input } = situated(situation);
    expect(datum(payContact(card, input, { pin: '4321' }), '9F34')).not.toBe(`${rule}02`);
  });

  test('online: the issuer’s answer is genuine, its scripts are carried out', () => {
    const { card, input } = situated({
      card: {
        scriptMacKeyHex: SCRIPT_MAC_KEY,
        issuerAuthentication: 'mandatory',
        authentication: 'dda',
      },
      sale: { forcedOnline: true },
    });
    const heard = listening(card);
    const host = () =>
      approving(heard.seen, (atc, cryptogram) => {
        const before = buildScript(atc, cryptogram, '04DA9F14', '00');
        const after = buildScript(atc, cryptogram, '04DA9F23', '00');
        return script('71', before) + script('72', after);
      });
    const outcome = payContact(heard.card, input, { host });
    expect(outcome).toMatchObject({ type: 'approved', oda: 'dda-verified' });
    expect(datum(outcome, '9B')).toBe('FC00');
    // The limits are none now: of the next sale the card asks its issuer, and where there is none
    // the terminal has nothing against it (Book 3, 10.7), but the card has.
    const next = payContact(card, { ...input, forcedOnline: false });
    expect(next).toMatchObject({
      type: 'declined',
      reason: 'card-declined',
      host: { type: 'not-sent' },
    });
    expect(datum(next, '8A')).toBe(encodeHex(encodeAscii('Y3')));
  });

  test('online with CDA on both cryptograms', () => {
    const { card, input } = situated({ sale: { forcedOnline: true } });
    const outcome = payContact(card, input, {
      host: () => ({ type: 'answered', responseCode: '00' }),
    });
    expect(outcome).toMatchObject({ type: 'approved', oda: 'cda-verified' });
  });

  test('online with XDA on both cryptograms, and with a plain PIN', () => {
    const { card, input } = situated({
      card: { authentication: 'xda', pin: '1234' },
      sale: { forcedOnline: true },
    });
    const outcome = payContact(card, input, {
      pin: '1234',
      host: () => ({ type: 'answered', responseCode: '00' }),
    });
    expect(outcome).toMatchObject({ type: 'approved', oda: 'xda-verified' });
    expect(datum(outcome, '9F34')).toBe('410302');
    // XDA selected, forced online; nothing has failed.
    expect(datum(outcome, '95')).toBe('0100000800');
  });

  test.each([
    ['wrong-signature', '0100100100'],
    ['wrong-certificate', '0100100002'],
  ])('XDA with a %s goes to the issuer, whose word counts: TVR %s', (fault, tvr) => {
    const { card, input } = situated({ card: { authentication: 'xda' }, faults: [fault] });
    const outcome = payContact(card, input, {
      host: () => ({ type: 'answered', responseCode: '00' }),
    });
    expect(outcome).toMatchObject({
      type: 'approved',
      oda: 'xda-failed',
      host: { type: 'answered' },
    });
    // The card's first rule wants a PIN, and there is no PIN pad.
    expect(datum(outcome, '95')).toBe(tvr);
  });

  test('XDA without the key of its CA', () => {
    const sale = { eccCaKeys: [] };
    const outcome = pay({ card: { authentication: 'xda' }, sale });
    expect(outcome).toMatchObject({ type: 'declined', oda: 'xda-failed' });
    expect(datum(outcome, '95')).toBe('0100100004');
  });

  test('every byte of an XDA certificate, of the signature and of what it covers', () => {
    const { card, input } = situated({ card: { authentication: 'xda' } });
    const exchanges: Uint8Array[] = [];
    const spied: PresentedCard = {
      ...card,
      transmit: (command) => {
        const answer = card.transmit(command);
        if (answer !== 'lost') exchanges.push(answer);
        return answer;
      },
    };
    expect(payContact(spied, input)).toMatchObject({ type: 'approved' });
    const signed = exchanges.flatMap((answer, place) =>
      ['90', '9F46', '9F4B', '9F26', '5A', '8E'].flatMap((tag) => {
        const value = tagValue(encodeHex(answer), tag);
        const start = value === '' ? -1 : encodeHex(answer).indexOf(value) / 2;
        return start < 0 ? [] : [{ place, tag, start, length: value.length / 2 }];
      }),
    );
    expect(signed.map(({ tag }) => tag)).toEqual(
      expect.arrayContaining(['90', '9F46', '9F4B', '9F26']),
    );
    for (const { place, start, length } of signed) {
      for (let at = start; at < start + length; at++) {
        let sent = 0;
        const answered = new Map<number, Uint8Array>(exchanges.entries());
        const changed: PresentedCard = {
          ...card,
          transmit: () => {
            const answer = answered.get(sent) ?? hex('6985');
            return sent++ === place ? answer.with(at, (answer[at] ?? 0) ^ 0x01) : answer;
          },
        };
        expect(payContact(changed, input).type, `${place}.${at}`).not.toBe('approved');
      }
    }
  });

  test.each([
    ['confirmed', true, 0, { type: 'approved' }],
    ['refused', true, 'refused', { type: 'end-application', reason: 'cardholder-refused' }],
    ['nobody to ask', false, 0, { type: 'end-application', reason: 'no-common-application' }],
  ] as const)(
    'an application that wants its holder’s word (Book 1, 12.4): %s',
    (_what, cardholderSelects, choice, expected) => {
      const { card, input } = situated({ sale: { cardholderSelects } });
      const wanting: PresentedCard = {
        ...card,
        transmit: (command) => {
          const answer = card.transmit(command);
          if (answer === 'lost') return answer;
          return hex(encodeHex(answer).replaceAll('870101', '870181'));
        },
      };
      expect(payContact(wanting, input, { choice })).toMatchObject(expected);
    },
  );

  test.each([
    ['cda', 0xf1],
    ['xda', 0xf8],
  ])('an issuer’s certificate that was revoked: %s', (authentication, index) => {
    const certificate = { rid: hex('A000000999'), index, serial: hex('000001') };
    const revoked = pay({ card: { authentication }, sale: { revoked: [certificate] } });
    expect(revoked).toMatchObject({ oda: `${authentication}-failed` });
    expect(revoked.type).not.toBe('approved');
    const other = { ...certificate, serial: hex('000002') };
    expect(pay({ card: { authentication }, sale: { revoked: [other] } }).type).toBe('approved');
  });

  test('of two applications the holder takes the second', () => {
    const two = profileWith(
      { type: 'contact', label: 'FIRST' },
      { type: 'contact', aid: 'A0000009990202', label: 'SECOND', priority: 2 },
    );
    const card = presentWearable(two, { memory: freshMemory(), interface: 'contact-t1' });
    const outcome = payContact(card, contactSale(two), { choice: 1 });
    expect(outcome).toMatchObject({ type: 'approved', oda: 'cda-verified' });
    expect(datum(outcome, '84')).toBe('A0000009990202');
  });

  test('an issuer that is not genuine is refused', () => {
    const { card, input } = situated({ sale: { forcedOnline: true } });
    const outcome = payContact(card, input, {
      host: () => ({
        type: 'answered',
        responseCode: '00',
        issuerData: hex(`910A${'11'.repeat(8)}3030`),
      }),
    });
    expect(outcome).toMatchObject({ type: 'declined', reason: 'card-declined' });
    expect(Number.parseInt(datum(outcome, '95').slice(8), 16) & 0x40).toBe(0x40);
  });

  test('a script blocks the application: it is not offered again', () => {
    const { card, input } = situated({
      card: { scriptMacKeyHex: SCRIPT_MAC_KEY, authentication: 'dda' },
      sale: { forcedOnline: true },
    });
    const heard = listening(card);
    payContact(heard.card, input, {
      host: () =>
        approving(heard.seen, (atc, cryptogram) =>
          script('72', buildScript(atc, cryptogram, '841E0000')),
        ),
    });
    expect(payContact(card, input)).toMatchObject({
      type: 'end-application',
      reason: 'no-common-application',
    });
  });

  test.each([
    ['wrong-signature', 'dda', 'dda-failed'],
    ['wrong-certificate', 'dda', 'dda-failed'],
    ['expired-certificate', 'dda', 'dda-failed'],
    ['wrong-certificate', 'sda', 'sda-failed'],
    ['wrong-signature', 'cda', 'cda-failed'],
    ['wrong-signature', 'xda', 'xda-failed'],
    ['wrong-certificate', 'xda', 'xda-failed'],
    ['expired-certificate', 'xda', 'xda-failed'],
  ])('a %s is found: %s', (fault, authentication, oda) => {
    const outcome = pay({ card: { authentication }, faults: [fault] });
    expect(outcome).toMatchObject({ oda });
    expect(outcome.type).not.toBe('approved');
  });

  test('a replayed cryptogram is found: its signature is of another number', () => {
    const terminalData = { '9F33': hex('E008CC'), '9F35': hex('22'), '9F40': hex('6000F0A001') };
    const { card, input } = situated({ faults: ['replay'], sale: { terminalData } });
    const first = payContact(card, input);
    expect(first).toMatchObject({ type: 'approved', oda: 'cda-verified' });
    expect(datum(first, '8A')).toBe(encodeHex(encodeAscii('Y1')));
    const next = payContact(card, { ...input, unpredictableNumbers: [hex('7A7B7C7D')] });
    expect(next).toMatchObject({ type: 'declined', oda: 'cda-failed' });
  });

  test('an expired application is found', () => {
    const outcome = pay({ faults: ['expired-application'] });
    expect(Number.parseInt(datum(outcome, '95').slice(2, 4), 16) & 0x40).toBe(0x40);
    expect(outcome.type).toBe('declined');
  });

  test.each(['status:6985', 'status:6A81', 'lost', 'lost-after', 'cut:1', 'cut:40', 'malformed'])(
    'whatever goes wrong at any command, there is an outcome: %s',
    (fault) => {
      for (let at = 1; at <= 16; at++) {
        const outcome = pay(
          { card: { pin: '1234' }, faults: [`${fault}@${at}`] },
          { pin: '1234', host: () => ({ type: 'answered', responseCode: '00' }) },
        );
        expect(['approved', 'declined', 'end-application']).toContain(outcome.type);
      }
    },
  );
});
