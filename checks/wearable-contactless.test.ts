import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { readIssuerData } from '#kernel/emv/contact/issuer-data.ts';
import type { ContactlessOutcome } from '#kernel/emv/contactless/outcome.ts';
import { computeArpcMethod1, computeCryptogram } from '#kernel/keys/cryptogram.ts';
import { deriveCommonSessionKey } from '#kernel/keys/emv-session-keys.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { parseFault } from '#wearable/fault-plan.ts';
import {
  buildScript,
  freshMemory,
  MASTER_KEY,
  profileWith,
  SCRIPT_MAC_KEY,
} from '#wearable/issuers.fixture.ts';
import { presentWearable } from '#wearable/presented-card.ts';
import {
  contactlessSale,
  goOn,
  payContactless,
  type Terminal,
} from './wearable-payment.fixture.ts';

const OFFLINE = { currency: '978', limitMinor: 2_500, totalLimitMinor: 50_000 };
const TYPES = { 2: 'mchip', 3: 'qvsdc', 8: 'kernel8' } as const;
type KernelId = keyof typeof TYPES;

interface Situation {
  readonly card?: Readonly<Record<string, unknown>>;
  readonly reader?: Readonly<Record<string, string>>;
  readonly amountMinor?: bigint;
  readonly faults?: readonly string[];
  readonly terminal?: Terminal;
}

function situated(kernelId: KernelId, situation: Situation = {}) {
  const profile = profileWith({ type: TYPES[kernelId], ...situation.card });
  const faults = (situation.faults ?? []).map((text) => expectFault(text));
  const card = presentWearable(profile, { memory: freshMemory(), faults });
  const { amountMinor = 1_234n } = situation;
  return { card, input: contactlessSale(profile, kernelId, situation.reader, { amountMinor }) };
}

function pay(kernelId: KernelId, situation: Situation = {}): ContactlessOutcome {
  const { card, input } = situated(kernelId, situation);
  return payContactless(card, input, situation.terminal).outcome;
}

function expectFault(text: string) {
  const fault = parseFault(text);
  if (!fault.ok) throw new Error(fault.error);
  return fault.value;
}

function recorded({ dataRecord, discretionaryData }: ContactlessOutcome, tag: string): string {
  return encodeHex(dataRecord?.get(tag) ?? discretionaryData?.get(tag) ?? hex(''));
}

const sessionKeyOf = (atc: string) =>
  expectOk(deriveCommonSessionKey(new SecretKey(hex(MASTER_KEY)), hex(atc)));

describe('kernel 3 and the wearable', () => {
  test('offline, authenticated', () => {
    const outcome = pay(3, { card: { offline: OFFLINE } });
    expect(outcome).toMatchObject({ type: 'approved', oda: 'fdda-verified' });
  });

  test.each([1408, 1984])('with an issuer key of %i bits and a card’s of as many', (bits) => {
    const profile = profileWith({ type: 'qvsdc', offline: OFFLINE });
    const issuers = profile.issuers.map((issuer) => ({
      ...issuer,
      pki: { ...issuer.pki, issuerBits: bits as 1408, iccBits: bits as 1408 },
    }));
    const card = presentWearable({ ...profile, issuers }, { memory: freshMemory() });
    const { outcome } = payContactless(card, contactlessSale(profile, 3));
    expect(outcome).toMatchObject({ type: 'approved', oda: 'fdda-verified' });
  });

  test('online above its limit, with the cryptogram that its issuer computes', () => {
    const outcome = pay(3, {
      card: { offline: OFFLINE, cardholderVerification: 'none' },
      amountMinor: 3_000n,
    });
    expect(outcome).toMatchObject({ type: 'online-request', cvm: 'none' });
    const record = (tag: string) => recorded(outcome, tag);
    const data = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36', '9F10'];
    const request = {
      algorithm: 'tdes',
      sessionKey: sessionKeyOf(record('9F36')),
      data: hex(data.map((tag) => (tag === '9F03' ? '000000000000' : record(tag))).join('')),
      padding: 2,
    } as const;
    expect(record('9F26')).toBe(encodeHex(expectOk(computeCryptogram(request))));
  });

  test.each([
    ['cdcvm', '2600C000', 'cdcvm'],
    ['none', '2600C000', 'online-pin'],
    ['signature', '2200C000', 'signature'],
  ])('verifies its holder: %s', (cardholderVerification, ttq, cvm) => {
    const outcome = pay(3, {
      card: { cardholderVerification },
      reader: { '9F66': ttq },
      amountMinor: 6_000n,
    });
    expect(outcome).toMatchObject({ type: 'online-request', cvm });
  });

  test('asks for its user, who confirms and comes again', () => {
    const outcome = pay(3, {
      card: { cardholderVerification: 'cdcvm-on-request' },
      amountMinor: 6_000n,
      terminal: { beforeNext: (card) => card.confirmUser() },
    });
    expect(outcome).toMatchObject({ type: 'online-request', cvm: 'cdcvm' });
  });

  test('the issuer’s answer and script arrive on a second tap', () => {
    const { card, input } = situated(3, {
      card: { offline: OFFLINE, issuerUpdate: true, scriptMacKeyHex: SCRIPT_MAC_KEY },
      amountMinor: 3_000n,
    });
    const result = payContactless(card, input);
    expect(result.outcome).toMatchObject({ type: 'online-request', start: 'B' });
    const [atc, cryptogram] = ['9F36', '9F26'].map((tag) => recorded(result.outcome, tag));
    if (!atc || !cryptogram) throw new Error('no cryptogram');
    const arpc = computeArpcMethod1('tdes', sessionKeyOf(atc), hex(cryptogram), hex('3030'));
    const command = buildScript(atc, cryptogram, '04DA9F78', '000000000500');
    const script = `72${length(2 + command.length / 2)}86${length(command.length / 2)}${command}`;
    const answer = {
      responseCode: '00',
      ...readIssuerData(hex(`910A${encodeHex(expectOk(arpc))}3030${script}`)),
    };
    const { outcome } = goOn(result.resume(answer), card);
    expect(outcome.type).toBe('approved');
    // The new limit of 5.00 holds: 12.34 goes online.
    expect(payContactless(card, { ...input, amountMinor: 1_234n }).outcome.type).toBe(
      'online-request',
    );
    expect(payContactless(card, { ...input, amountMinor: 400n }).outcome.type).toBe('approved');
  });

  test.each([
    ['wrong-signature', 'fdda-failed'],
    ['wrong-certificate', 'fdda-failed'],
    ['expired-certificate', 'fdda-failed'],
  ])('is not approved with a %s', (fault, oda) => {
    const outcome = pay(3, { card: { offline: OFFLINE }, faults: [fault] });
    expect(outcome).toMatchObject({ oda });
    expect(outcome.type).not.toBe('approved');
  });

  test('is not approved when it has expired', () => {
    const outcome = pay(3, { card: { offline: OFFLINE }, faults: ['expired-application'] });
    expect(outcome.type).not.toBe('approved');
  });
});

describe('kernel 2 and the wearable', () => {
  test.each([false, true])('offline, authenticated; relay resistance: %s', (relayResistance) => {
    const outcome = pay(2, { card: { offline: OFFLINE, relayResistance } });
    expect(outcome).toMatchObject({ type: 'approved', oda: 'cda-verified' });
  });

  test.each([
    ['cdcvm', 'cdcvm'],
    ['none', 'online-pin'],
  ])('online above its limit, its holder verified: %s', (cardholderVerification, cvm) => {
    const outcome = pay(2, { card: { cardholderVerification }, amountMinor: 6_000n });
    expect(outcome).toMatchObject({ type: 'online-request', oda: 'cda-verified', cvm });
    const record = (tag: string) => recorded(outcome, tag);
    const data = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36'];
    const results = record('9F10').slice(4, 16);
    const request = {
      algorithm: 'tdes',
      sessionKey: sessionKeyOf(record('9F36')),
      data: hex(data.map(record).join('') + results),
      padding: 2,
    } as const;
    expect(record('9F26')).toBe(encodeHex(expectOk(computeCryptogram(request))));
  });

  test.each(['wrong-signature', 'wrong-certificate', 'expired-certificate'])(
    'is not approved with a %s',
    (fault) => {
      const outcome = pay(2, { card: { offline: OFFLINE }, faults: [fault] });
      expect(outcome).toMatchObject({ oda: 'cda-failed' });
      expect(outcome.type).not.toBe('approved');
    },
  );
});

describe('kernel 8 and the wearable', () => {
  test.each([
    ['encrypted records', {}],
    ['records in the clear', { encryptedRecords: false }],
    ['relay resistance', { relayResistance: true }],
    ['the IAD-MAC kept out', { iadMac: 'none' }],
    ['TDES', { keyAlgorithm: 'tdes' }],
  ])('offline, authenticated locally: %s', (_what, card) => {
    const outcome = pay(8, { card: { offline: OFFLINE, ...card } });
    expect(outcome).toMatchObject({ type: 'approved', oda: 'local-verified' });
  });

  test('online, with the cryptogram that its issuer computes', () => {
    const outcome = pay(8, { card: { keyAlgorithm: 'tdes' }, amountMinor: 6_000n });
    expect(outcome).toMatchObject({ type: 'online-request', cvm: 'cdcvm' });
    const record = (tag: string) => recorded(outcome, tag);
    const data = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36', '9F10'];
    expect(record('9F10').slice(48)).not.toBe('0000000000000000');
    const request = {
      algorithm: 'tdes',
      sessionKey: sessionKeyOf(record('9F36')),
      data: hex(data.map(record).join('')),
      padding: 2,
    } as const;
    expect(record('9F26')).toBe(encodeHex(expectOk(computeCryptogram(request))));
  });

  test('without certificates the transaction goes on without them', () => {
    const outcome = pay(8, { card: { localAuthentication: false }, amountMinor: 6_000n });
    expect(outcome.type).toBe('online-request');
  });

  test('asks for its user, who confirms and comes again', () => {
    const outcome = pay(8, {
      card: { cardholderVerification: 'cdcvm-on-request' },
      amountMinor: 6_000n,
      terminal: { beforeNext: (card) => card.confirmUser() },
    });
    expect(outcome).toMatchObject({ type: 'online-request', cvm: 'cdcvm' });
  });

  test('a wrong EDA-MAC ends the application', () => {
    expect(pay(8, { faults: ['wrong-signature'] }).type).toBe('end-application');
  });

  test.each(['wrong-certificate', 'expired-certificate'])('is not approved with a %s', (fault) => {
    const outcome = pay(8, { card: { offline: OFFLINE }, faults: [fault] });
    expect(outcome).toMatchObject({ oda: 'local-failed' });
  });
});

describe('whatever goes wrong at any command, there is an outcome', () => {
  const FAULTS = [
    'status:6985',
    'status:6A82',
    'lost',
    'lost-after',
    'cut:1',
    'cut:40',
    'malformed',
  ];
  for (const kernelId of [2, 3, 8] as const) {
    test.each(FAULTS)(`kernel ${kernelId}: %s`, (fault) => {
      for (let at = 1; at <= 14; at++) {
        const { card, input } = situated(kernelId, {
          card: { offline: OFFLINE, ...(kernelId !== 3 && { relayResistance: true }) },
          faults: [`${fault}@${at}`],
        });
        const { outcome } = payContactless(card, { ...input, presentations: 1 });
        expect(outcome.type).toMatch(/^[a-z-]+$/);
      }
    });
  }
});

function length(bytes: number): string {
  return bytes.toString(16).padStart(2, '0');
}
