import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { computeArpcMethod1, computeCryptogram } from '#kernel/keys/cryptogram.ts';
import { deriveCommonSessionKey } from '#kernel/keys/emv-session-keys.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { encryptChained } from '../crypto/block-cipher.ts';
import {
  buildScript,
  caRsaOf,
  chainOf,
  freshMemory,
  generateCryptogram,
  MASTER_KEY,
  profileWith,
  readAll,
  SCRIPT_CIPHER_KEY,
  SCRIPT_MAC_KEY,
  scriptSessionKey,
  send,
  signedRecords,
  tagValue,
  transactionData,
  UN,
} from '../issuers.fixture.ts';
import type { Memory } from '../memory.ts';
import { encipher, recoverIccKey, recoverSigned } from '../pki/certificates.fixture.ts';
import { createWearable, type Wearable, type WearableInterface } from '../wearable.ts';

const SELECT = '00A4040007A000000999010100';
const GPO = '80A8000002830000';

/** CDOL1: amounts to the unpredictable number, terminal type, DAC, ICC dynamic number, CVM. */
function cdol1(terminalType = '22', amountMinor?: number): string {
  return `${transactionData(amountMinor)}${terminalType}0000${'00'.repeat(8)}1F0302`;
}
function cdol2(code: string, un?: string): string {
  return `${code}${transactionData(undefined, un)}`;
}

function contact(
  options: Readonly<Record<string, unknown>> = {},
  memory: Memory = freshMemory(),
  side: WearableInterface = 'contact-t1',
) {
  const profile = profileWith({ type: 'contact', ...options });
  return { profile, wearable: createWearable(profile, { memory, interface: side }) };
}

/** Selected, initiated; the first cryptogram's answer. */
function request(wearable: Wearable, p1 = '80', values = cdol1()): string {
  return send(wearable, SELECT, GPO, generateCryptogram(p1, values)).at(-1) ?? '';
}

const sessionKeyOf = (diversifier: Uint8Array) =>
  expectOk(deriveCommonSessionKey(new SecretKey(hex(MASTER_KEY)), diversifier));

/** What the issuer would compute over the terminal's data and the card's. */
function expectedCryptogram(answer: string, values = cdol1(), aip = '3D00'): string {
  const atc = tagValue(answer, '9F36');
  const data = hex(`${values.slice(0, 58)}${aip}${atc}${tagValue(answer, '9F10')}`);
  const sessionKey = sessionKeyOf(hex(atc));
  return encodeHex(
    expectOk(computeCryptogram({ algorithm: 'tdes', sessionKey, data, padding: 2 })),
  );
}

describe('selection', () => {
  test('by the directory', () => {
    const { wearable } = contact();
    const [pse = '', first = '', second] = send(
      wearable,
      '00A404000E315041592E5359532E444446303100',
      '00B2010C00',
      '00B2020C00',
    );
    expect(tagValue(pse, '88')).toBe('01');
    expect(tagValue(first, '4F')).toBe('A0000009990101');
    expect(second).toBe('6A83');
  });

  test('by a part of the name, and the next', () => {
    const profile = profileWith(
      { type: 'contact', aid: 'A0000009990101' },
      { type: 'contact', aid: 'A0000009990102' },
    );
    const wearable = createWearable(profile, { memory: freshMemory(), interface: 'contact-t1' });
    const select = (p2: string, name = 'A000000999') => `00A404${p2}05${name}00`;
    const answers = send(
      wearable,
      select('00'),
      select('02'),
      select('02'),
      select('02', 'A000000001'),
    );
    expect(answers.map((answer) => (answer.length > 4 ? tagValue(answer, '84') : answer))).toEqual([
      'A0000009990101',
      'A0000009990102',
      '6A82',
      '6A82',
    ]);
  });

  test('contact applications are not there without contacts, nor the others on them', () => {
    const profile = profileWith({ type: 'contact' }, { type: 'qvsdc', issuerUpdate: true });
    const memory = freshMemory();
    const [contactless, contacts] = (['contactless', 'contact-t1'] as const).map((side) =>
      createWearable(profile, { memory, interface: side }),
    );
    if (!contactless || !contacts) throw new Error('no wearable');
    expect(tagValue(send(contactless, SELECT)[0] ?? '', '9F38')).toMatch(/^9F66/);
    expect(tagValue(send(contacts, SELECT)[0] ?? '', '9F4D')).toBe('0B0A');
    expect(send(contacts, '00A404000E325041592E5359532E444446303100')).toEqual(['6A82']);
  });
});

describe('offline authentication', () => {
  function authenticated(options: Readonly<Record<string, unknown>> = {}) {
    const { profile, wearable } = contact(options);
    const [, gpo = ''] = send(wearable, SELECT, GPO);
    const locator = tagValue(gpo, '94');
    const records = readAll(wearable, locator);
    const find = (tag: string) => hex(records.map((one) => tagValue(one, tag)).join(''));
    const staticData = hex(signedRecords(wearable, locator) + tagValue(gpo, '82'));
    const chain = chainOf(records);
    const icc = recoverIccKey(caRsaOf(profile), chain, '9999990000000014', staticData);
    return { wearable, icc, find, chain };
  }

  test('DDA', () => {
    const { wearable, icc } = authenticated();
    const [answer = ''] = send(wearable, `0088000004${UN}00`);
    const content = recoverSigned(icc, hex(tagValue(answer, '9F4B')), hex(UN));
    expect(encodeHex(content.subarray(0, 4))).toBe('05010908');
    expect(content.subarray(12).every((byte) => byte === 0xbb)).toBe(true);
  });

  test.each([
    ['a TC', '50', '40'],
    ['an ARQC', '90', '80'],
  ])('CDA with %s', (_what, p1, information) => {
    const { wearable, icc } = authenticated();
    const [answer = ''] = send(wearable, generateCryptogram(p1, cdol1()));
    const { atc, iad } = { atc: tagValue(answer, '9F36'), iad: tagValue(answer, '9F10') };
    const content = recoverSigned(icc, hex(tagValue(answer, '9F4B')), hex(UN));
    expect(encodeHex(content.subarray(0, 4))).toBe('05012608');
    expect(encodeHex(content.subarray(12, 13))).toBe(information);
    expect(encodeHex(content.subarray(13, 21))).toBe(expectedCryptogram(answer));
    const hashed = hex(`${cdol1()}9F2701${information}9F3602${atc}9F1007${iad}`);
    const hash = createHash('sha1').update(hashed).digest('hex').toUpperCase();
    expect(encodeHex(content.subarray(21, 41))).toBe(hash);
    expect(tagValue(answer, '9F26')).toBe('');
  });

  test('CDA with the last cryptogram signs both lists', () => {
    const { wearable, icc } = authenticated();
    const second = cdol2('5933', '01020304');
    const [, answer = ''] = send(
      wearable,
      generateCryptogram('80', cdol1()),
      generateCryptogram('50', second),
    );
    const content = recoverSigned(icc, hex(tagValue(answer, '9F4B')), hex('01020304'));
    const iad = tagValue(answer, '9F10');
    const hashed = hex(`${cdol1()}${second}9F2701409F36020001${`9F1007${iad}`}`);
    const hash = createHash('sha1').update(hashed).digest('hex').toUpperCase();
    expect(encodeHex(content.subarray(21, 41))).toBe(hash);
  });

  test('a certificate of a second key for PINs', () => {
    const { find, chain } = authenticated({ pin: '1234', ownPinKey: true });
    expect(find('9F2D').length).toBe(176);
    expect(encodeHex(find('9F2E'))).toBe('03');
    expect(chain.iccRemainder.length).toBe(42);
  });

  test('SDA', () => {
    const { profile, wearable } = contact({ authentication: 'sda' });
    const [, gpo = ''] = send(wearable, SELECT, GPO);
    const records = readAll(wearable, tagValue(gpo, '94'));
    const find = (tag: string) => hex(records.map((one) => tagValue(one, tag)).join(''));
    const along = concatBytes(find('92'), find('9F32'));
    const issuer = recoverSigned(caRsaOf(profile), find('90'), along);
    const key = {
      modulus: concatBytes(issuer.subarray(14), find('92')).slice(0, issuer[12]),
      exponent: find('9F32'),
    };
    const staticData = hex(`${signedRecords(wearable, tagValue(gpo, '94'))}5C00`);
    expect(encodeHex(recoverSigned(key, find('93'), staticData).subarray(0, 4))).toBe('0301DAC1');
    expect(send(wearable, `0088000004${UN}00`)).toEqual(['6D00']);
    expect(send(wearable, generateCryptogram('90', cdol1()))).toEqual(['6A86']);
  });
});

describe('the card decides', () => {
  test.each([
    ['as asked: decline', '00', '22', '00'],
    ['as asked: approve', '40', '22', '40'],
    ['as asked: go online', '80', '22', '80'],
  ])('%s', (_what, p1, terminalType, information) => {
    const { wearable } = contact();
    const answer = request(wearable, p1, cdol1(terminalType));
    expect(tagValue(answer, '9F27')).toBe(information);
    expect(tagValue(answer, '9F26')).toBe(expectedCryptogram(answer, cdol1(terminalType)));
  });

  test('goes to its issuer after so many payments in a row, and offline declines', () => {
    const { wearable } = contact({ lowerOfflineLimit: 1, upperOfflineLimit: 3 });
    const types = ['22', '22', '23', '23', '22'].map((type) =>
      tagValue(request(wearable, '40', cdol1(type)), '9F27'),
    );
    expect(types).toEqual(['40', '80', '40', '00', '80']);
  });

  test('a payment that the issuer answered begins the row again', () => {
    const { wearable } = contact({ lowerOfflineLimit: 1, upperOfflineLimit: 1 });
    request(wearable, '40');
    request(wearable, '80');
    expect(tagValue(send(wearable, generateCryptogram('40', cdol2('3030')))[0] ?? '', '9F27')).toBe(
      '40',
    );
    const answer = request(wearable, '40');
    expect([tagValue(answer, '9F27'), tagValue(answer, '9F10')]).toEqual(['40', '06011203900000']);
    expect(send(wearable, '80CA9F1300')[0]).toBe('9F130200029000');
  });

  test('unable to go online, it approves up to the upper limit', () => {
    const { wearable } = contact({ lowerOfflineLimit: 0, upperOfflineLimit: 1 });
    const finish = () => {
      request(wearable, '40');
      const [answer = ''] = send(wearable, generateCryptogram('40', cdol2('5933')));
      return [tagValue(answer, '9F27'), tagValue(answer, '9F10')];
    };
    expect(finish()).toEqual(['40', '06011203613000']);
    expect(finish()).toEqual(['00', '06011203213000']);
  });
});

describe('the issuer', () => {
  function online(options: Readonly<Record<string, unknown>> = {}) {
    const { wearable, profile } = contact({
      scriptMacKeyHex: SCRIPT_MAC_KEY,
      scriptCipherKeyHex: SCRIPT_CIPHER_KEY,
      ...options,
    });
    const answer = request(wearable);
    const [atc, cryptogram] = [hex(tagValue(answer, '9F36')), hex(tagValue(answer, '9F26'))];
    const arpc = encodeHex(
      expectOk(computeArpcMethod1('tdes', sessionKeyOf(atc), cryptogram, hex('3030'))),
    );
    const script = (header: string, data?: string) =>
      buildScript(encodeHex(atc), encodeHex(cryptogram), header, data);
    const enciphered = (block: string) =>
      encodeHex(
        encryptChained(
          'tdes',
          scriptSessionKey(SCRIPT_CIPHER_KEY, cryptogram),
          hex(`${block}8000000000000000`),
        ),
      );
    return { wearable, profile, authenticate: `008200000A${arpc}3030`, script, enciphered };
  }
  const approve = generateCryptogram('40', cdol2('3030'));

  test('is authenticated once', () => {
    const { wearable, authenticate } = online();
    const answers = send(wearable, authenticate, authenticate, approve, approve);
    expect(answers.map((one) => one.slice(-4))).toEqual(['9000', '6985', '9000', '6985']);
    expect(tagValue(answers[2] ?? '', '9F27')).toBe('40');
  });

  test('is refused with another answer: the card declines, and says so the next time', () => {
    const { wearable } = online();
    const answers = send(wearable, `008200000A${'11'.repeat(8)}3030`, approve);
    expect(answers[0]).toBe('6300');
    expect([tagValue(answers[1] ?? '', '9F27'), tagValue(answers[1] ?? '', '9F10')]).toEqual([
      '00',
      '06011203281800',
    ]);
    const next = request(wearable, '40');
    expect([tagValue(next, '9F27'), tagValue(next, '9F10')]).toEqual(['80', '06011203A01800']);
  });

  test('must be authenticated where the profile has it', () => {
    const { wearable } = online({ issuerAuthentication: 'mandatory' });
    expect(tagValue(send(wearable, approve)[0] ?? '', '9F27')).toBe('00');
  });

  test('changes limits before the last cryptogram, and counts its scripts', () => {
    const { wearable, authenticate, script } = online();
    const answers = send(
      wearable,
      authenticate,
      script('04DA9F14', '00'),
      script('04DA9F23', '00'),
    );
    expect(answers).toEqual(['9000', '9000', '9000']);
    expect(tagValue(send(wearable, approve)[0] ?? '', '9F10')).toBe('06011203603020');
    expect(tagValue(request(wearable, '40'), '9F27')).toBe('80');
  });

  test('blocks after the last cryptogram, and unblocks', () => {
    const { wearable, authenticate, script } = online();
    const [, , blocked] = send(wearable, authenticate, approve, script('841E0000'));
    expect(blocked).toBe('9000');
    expect(send(wearable, SELECT)[0]).toMatch(/6283$/);
    const answer = send(wearable, GPO, generateCryptogram('80', cdol1()))[1] ?? '';
    expect(tagValue(answer, '9F27')).toBe('00');
    expect(send(wearable, script('84180000'))).toEqual(['6988']);
    const unblock = buildScript('0002', tagValue(answer, '9F26'), '84180000');
    expect(send(wearable, unblock)).toEqual(['9000']);
    expect(send(wearable, SELECT)[0]).toMatch(/9000$/);
  });

  test('gives a PIN its tries back, or another PIN', () => {
    const { wearable, script, enciphered } = online({ pin: '1234' });
    const wrong = `0020008008${'24111' + '1FFFFFFFFFF'}`;
    expect(send(wearable, wrong, wrong, wrong, wrong)).toEqual(['63C2', '63C1', '63C0', '6983']);
    expect(send(wearable, script('84240000'), '80CA9F1700')).toEqual(['9000', '9F1701039000']);
    const change = script('84240002', enciphered('255678' + '9FFFFFFFFF'));
    expect(send(wearable, change, '0020008008' + '2556789FFFFFFFFF')).toEqual(['9000', '9000']);
    expect(send(wearable, script('84240002', enciphered('FF56789FFFFFFFFF')))).toEqual(['6A80']);
    expect(send(wearable, script('84240001'))).toEqual(['6A86']);
  });

  test('its script is refused before a cryptogram, with a wrong MAC, and without a key', () => {
    const { wearable, script } = online();
    expect(send(wearable, script('841E0000').replace(/..$/, '00'))).toEqual(['6988']);
    expect(tagValue(send(wearable, approve)[0] ?? '', '9F10')).toBe('06011203601008');
    send(wearable, SELECT, GPO);
    expect(send(wearable, script('841E0000'))).toEqual(['6985']);
    const other = online({ scriptMacKeyHex: undefined });
    expect(send(other.wearable, other.script('841E0000'))).toEqual(['6988']);
  });
});

describe('the offline PIN', () => {
  const block = (pin: string) => `2${pin.length}${pin}`.padEnd(16, 'F');

  test('plain: a wrong try is gone also after a loss of power', () => {
    const memory = freshMemory();
    const tried = ['9999', '8888', '1234', '7777'].map((pin) => {
      const { wearable } = contact({ pin: '1234' }, memory);
      return send(wearable, SELECT, GPO, `0020008008${block(pin)}`)[2];
    });
    expect(tried).toEqual(['63C2', '63C1', '9000', '63C2']);
  });

  test.each([false, true])('enciphered, for a key of its own: %s', (ownPinKey) => {
    const { profile, wearable } = contact({ pin: '123456', ownPinKey });
    const [, gpo = ''] = send(wearable, SELECT, GPO);
    const records = readAll(wearable, tagValue(gpo, '94'));
    const isOwn = ownPinKey;
    const icc = recoverIccKey(
      caRsaOf(profile),
      chainOf(records, isOwn ? ['9F2D', '9F2F', '9F2E'] : undefined),
      '9999990000000014',
      isOwn ? hex('') : hex(`${signedRecords(wearable, tagValue(gpo, '94'))}3D00`),
    );
    const attempt = (pin: string, header = '7F') => {
      const challenge = (send(wearable, '0084000000')[0] ?? '').slice(0, 16);
      const data = hex(`${header}${block(pin)}${challenge}`);
      const filled = concatBytes(data, new Uint8Array(randomBytes(176 - data.length)));
      return `00200088B0${encodeHex(encipher(icc, filled))}`;
    };
    expect(send(wearable, attempt('123457'))).toEqual(['63C2']);
    expect(send(wearable, attempt('123456', '7E'))).toEqual(['63C1']);
    const right = attempt('123456');
    expect(send(wearable, right, right)).toEqual(['9000', '6985']);
    expect(send(wearable, '80CA9F1700')).toEqual(['9F1701039000']);
  });

  test('exhausted, sends the payment to the issuer', () => {
    const { wearable } = contact({ pin: '1234', pinTries: 1 });
    send(wearable, SELECT, GPO);
    expect(send(wearable, `0020008008${block('0000')}`)).toEqual(['63C0']);
    const [answer = ''] = send(wearable, generateCryptogram('40', cdol1()));
    expect([tagValue(answer, '9F27'), tagValue(answer, '9F10')]).toEqual(['80', '06011203A65000']);
  });

  test.each([
    ['6A86', 'another kind', `0020008108${block('1234')}`],
    ['6700', 'another length', '0020008007241234FFFFFFFF'],
    ['6985', 'enciphered without a challenge', `00200088B0${'00'.repeat(176)}`],
  ])('%s: %s', (status, _what, command) => {
    const { wearable } = contact({ pin: '1234' });
    expect(send(wearable, SELECT, GPO, command, '80CA9F1700').slice(2)).toEqual([
      status,
      '9F1701039000',
    ]);
  });

  test('6984: there is none', () => {
    const { wearable } = contact();
    expect(send(wearable, SELECT, GPO, `0020008008${block('1234')}`)[2]).toBe('6984');
    expect(send(wearable, '80CA9F1700')).toEqual(['6A88']);
  });
});

describe('other commands', () => {
  test('GET DATA', () => {
    const { wearable } = contact();
    request(wearable, '40');
    expect(send(wearable, '80CA9F3600', '80CA9F4F00', '80CA9F7900')).toEqual([
      '9F360200019000',
      '9F4F109F02069F27019F36029A039C015F2A029000',
      '6A88',
    ]);
  });

  test('the log of the last transactions', () => {
    const { wearable } = contact();
    request(wearable, '40');
    request(wearable, '00', cdol1('22', 100));
    send(wearable, SELECT);
    expect(send(wearable, '00B2015C00', '00B2025C00', '00B2035C00')).toEqual([
      '000000000100000002260131000978' + '9000',
      '000000001234400001260131000978' + '9000',
      '6A83',
    ]);
  });

  test.each([
    ['6985', 'a cryptogram before the transaction', generateCryptogram('80', cdol1())],
    ['6985', 'a signature before it', `0088000004${UN}00`],
    ['6985', 'the issuer before it', `008200000A${'00'.repeat(10)}`],
    ['6985', 'a PIN before it', '0020008008241234FFFFFFFFFF'],
    ['6985', 'a record before it', '00B2010C00'],
    ['6985', 'a script before it', `841E000008${'00'.repeat(8)}`],
    ['6D00', 'an unknown instruction', '00FF000000'],
    ['6A86', 'GET CHALLENGE with parameters', '0084010000'],
  ])('%s: %s', (status, _what, command) => {
    expect(send(contact().wearable, SELECT, command)[1]).toBe(status);
  });

  test.each([
    ['6985', 'a second transaction', GPO],
    ['6A86', 'an unknown cryptogram', generateCryptogram('C0', cdol1())],
    ['6A86', 'an unknown signature', generateCryptogram('88', cdol1())],
    ['6700', 'a list that is too short', generateCryptogram('80', cdol1().slice(2))],
    ['6985', 'the issuer before a request', `008200000A${'00'.repeat(10)}`],
    ['6700', 'a signature over too little', '0088000003010203' + '00'],
  ])('%s in a transaction: %s', (status, _what, command) => {
    expect(send(contact().wearable, SELECT, GPO, command)[2]).toBe(status);
  });

  test.each([
    ['cda', '48'],
    ['xda', '50'],
    ['xda', '58'],
    ['dda', '50'],
  ])('a card of %s signs nothing else: P1 %s', (authentication, p1) => {
    const { wearable } = contact({ authentication });
    expect(send(wearable, SELECT, GPO, generateCryptogram(p1, cdol1()))[2]).toBe('6A86');
  });

  test('XDA signs an AAC too', () => {
    const { wearable } = contact({ authentication: 'xda' });
    const [, , answer = ''] = send(wearable, SELECT, GPO, generateCryptogram('08', cdol1()));
    expect(tagValue(answer, '9F27')).toBe('00');
    expect(tagValue(answer, '9F4B')).toMatch(/^15.{128}$/);
  });

  test('format 1', () => {
    const { wearable } = contact({ responseFormat: 1, authentication: 'dda' });
    const [, gpo = '', ac = ''] = send(wearable, SELECT, GPO, generateCryptogram('40', cdol1()));
    expect(tagValue(gpo, '80')).toMatch(/^3C0008010100/);
    expect(tagValue(ac, '80')).toMatch(/^400001.{16}06011203901000$/);
  });

  test('a PDOL and objects of the issuer’s own', () => {
    const { wearable } = contact({ pdol: '9F1A02', data: { '9F1F': '31', '5F28': '0276' } });
    const [fci = '', gpo = ''] = send(wearable, SELECT, '80A8000004830203720' + '0');
    expect(tagValue(fci, '9F38')).toBe('9F1A02');
    const records = readAll(wearable, tagValue(gpo, '94')).join('');
    expect(records).toContain('5F28020276');
    expect(records).toContain('9F1F0131');
  });
});

describe('over T=0', () => {
  test('answers wait for GET RESPONSE, and wrong lengths are answered with right ones', () => {
    const { wearable } = contact({}, freshMemory(), 'contact-t0');
    expect(encodeHex(wearable.atr)).toBe('3B600000');
    const select = SELECT.slice(0, -2);
    const [first = ''] = send(wearable, select);
    expect(first).toMatch(/^61/);
    const [wrong, right = '', again] = send(
      wearable,
      '00C0000001',
      `00C00000${first.slice(2)}`,
      `00C00000${first.slice(2)}`,
    );
    expect(wrong).toBe(`6C${first.slice(2)}`);
    expect(tagValue(right, '84')).toBe('A0000009990101');
    expect(again).toBe('6985');
    const [gpo = ''] = send(wearable, GPO.slice(0, -2));
    expect(tagValue(send(wearable, `00C00000${gpo.slice(2)}`)[0] ?? '', '82')).toBe('3D00');
    const [length = ''] = send(wearable, '00B2010C00');
    expect(length).toMatch(/^6C/);
    expect(send(wearable, `00B2010C${length.slice(2)}`)[0]).toMatch(/^70.*9000$/);
    expect(send(wearable, '0084000008')[0]).toMatch(/^.{16}9000$/);
  });
});
