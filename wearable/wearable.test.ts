import { describe, expect, test } from 'vitest';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { computeCryptogram } from '#kernel/keys/cryptogram.ts';
import { deriveCommonSessionKey } from '#kernel/keys/emv-session-keys.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { decodeTlv, findTag } from '#kernel/tlv/ber.ts';
import { openFileMemory } from './memory.ts';
import { EVERYDAY } from './profile.fixture.ts';
import type { SimpleProfile } from './profile.ts';
import { createWearable, type Wearable } from './wearable.ts';

const SELECT_PPSE = '00A404000E325041592E5359532E444446303100';
const SELECT = '00A4040007F054455353450100';
const TRANSACTION =
  '000000001234000000000000' + '0372' + '0000000000' + '0978' + '260131' + '00' + '0A0B0C0D';
const GPO = getProcessingOptions('20004000');
const READ = '00B2010C00';

function getProcessingOptions(ttq: string): string {
  return `80A80000238321${ttq}${TRANSACTION}00`;
}

function send(wearable: Wearable, ...commands: readonly string[]): string[] {
  return commands.map((command) => encodeHex(wearable.transmit(hex(command))));
}

function tagValue(response: string, tag: string): string {
  const decoded = decodeTlv(hex(response.slice(0, -4)));
  if (!decoded.ok) throw new Error(decoded.error.kind);
  return encodeHex(findTag(decoded.value, tag)?.value ?? hex(''));
}

function pay(profile: Partial<SimpleProfile> = {}, command = GPO): string {
  const wearable = createWearable({ ...EVERYDAY, ...profile });
  return send(wearable, SELECT, command)[1] ?? '';
}

describe('a payment', () => {
  test('goes from the directory to the record', () => {
    const answers = send(createWearable(EVERYDAY), SELECT_PPSE, SELECT, GPO, READ);
    expect(answers.map((answer) => answer.slice(-4))).toEqual(['9000', '9000', '9000', '9000']);
    const [ppse = '', fci = '', , record = ''] = answers;
    expect(tagValue(ppse, '61')).toBe(
      '4F07F0544553534501500B5445535345524120504159870101' + '9F2A0103',
    );
    expect(tagValue(fci, '84')).toBe('F0544553534501');
    expect(tagValue(record, '5F24')).toBe('280229');
  });

  test('carries what the issuer needs', () => {
    const response = pay();
    expect(['57', '5F34', '9F10', '9F27', '9F36', '94'].map((t) => tagValue(response, t))).toEqual([
      '9999990000000015D2802201',
      '01',
      '06011203A00000',
      '80',
      '0001',
      '08010100',
    ]);
    expect(tagValue(pay({ pan: '999999000000014' }), '57')).toBe('999999000000014D2802201F');
  });

  test('has the cryptogram that the kernel computes from the same key', () => {
    const response = pay();
    const atc = hex('0001');
    const signed = concatBytes(hex(TRANSACTION), hex('0000'), atc, hex('06011203A00000'));
    const masterKey = new SecretKey(hex(EVERYDAY.iccMasterKeyHex));
    const sessionKey = expectOk(deriveCommonSessionKey(masterKey, atc));
    const request = { algorithm: 'tdes', sessionKey, data: signed, padding: 2 } as const;
    expect(tagValue(response, '9F26')).toBe(encodeHex(expectOk(computeCryptogram(request))));
  });

  test.each([
    ['verified on the device', 'cdcvm', '20004000', '0080'],
    ['not needed', 'none', '24004000', '0000'],
    ['by PIN, where the reader takes one', 'none', '24404000', '8000'],
    ['not possible', 'none', '20404000', '0000'],
  ] as const)('says that verification is %s', (_what, cardholderVerification, ttq, qualifiers) => {
    const response = pay({ cardholderVerification }, getProcessingOptions(ttq));
    expect(tagValue(response, '9F6C')).toBe(qualifiers);
  });

  test('counts each transaction, and only those', () => {
    const wearable = createWearable(EVERYDAY);
    const counters: string[] = [];
    for (let i = 0; i < 3; i++) {
      const [, , gpo = '', again] = send(wearable, SELECT, '80A80000028300' + '00', GPO, GPO);
      counters.push(tagValue(gpo, '9F36'));
      expect(again).toBe('6985');
    }
    expect(counters).toEqual(['0001', '0002', '0003']);
  });
});

describe('a command that cannot be served', () => {
  test.each([
    ['6700', 'nothing', ''],
    ['6700', 'half a header', '00A404'],
    ['6700', 'data that is missing', '00A4040007F0544553'],
    ['6700', 'data that is too much', '00A4040002F05445535300'],
    ['6700', 'an extended length', '00A4040000000500112233440000'],
    ['6700', 'a name that is too short', '00A4040004F054455300'],
    ['6700', 'a name that is too long', `00A4040011${'00'.repeat(17)}00`],
    ['6700', 'SELECT without Le', '00A4040007F0544553534501'],
    ['6A82', 'an application that is not there', '00A4040007F054455353450200'],
    ['6A82', 'part of a name', '00A4040005F05445535300'],
    ['6A81', 'SELECT next', '00A4040207F054455353450100'],
    ['6A86', 'SELECT by file', '00A4000007F054455353450100'],
    ['6A86', 'SELECT of another kind', '00A4040C07F054455353450100'],
    ['6E00', 'another class', '0CA4040007F054455353450100'],
    ['6985', 'anything before SELECT', GPO],
    ['6985', 'a record before SELECT', READ],
  ])('%s: %s', (status, _what, command) => {
    expect(send(createWearable(EVERYDAY), command)).toEqual([status]);
  });

  test.each([
    ['6D00', 'an unknown instruction', '00CA9F3600'],
    ['6D00', 'GENERATE AC', '80AE800000'],
    ['6D00', 'READ RECORD in another class', '80B2010C00'],
    ['6985', 'a record before GET PROCESSING OPTIONS', READ],
    ['6A86', 'GET PROCESSING OPTIONS with parameters', GPO.replace('80A80000', '80A80100')],
    ['6700', 'no data for the PDOL', '80A8000002830000'],
    ['6700', 'GET PROCESSING OPTIONS without Le', GPO.slice(0, -2)],
    ['6700', 'GET PROCESSING OPTIONS with a short Le', GPO.replace(/00$/, '10')],
    ['6A80', 'another template', GPO.replace('238321', '238521')],
    ['6A80', 'a length that lies', GPO.replace('238321', '238320')],
    ['6985', 'a reader without EMV mode', getProcessingOptions('80004000')],
    ['6985', 'a reader that cannot go online', getProcessingOptions('28004000')],
  ])('%s once selected: %s', (status, _what, command) => {
    const wearable = createWearable(EVERYDAY);
    expect(send(wearable, SELECT, command)[1]).toBe(status);
    expect(tagValue(send(wearable, SELECT, GPO)[1] ?? '', '9F36')).toBe('0001');
  });

  test.each([
    ['6A83', 'a record that is not there', '00B2020C00'],
    ['6A82', 'a file that is not there', '00B2011400'],
    ['6A81', 'records by name', '00B2010A00'],
    ['6A86', 'record 0', '00B2000C00'],
    ['6700', 'READ RECORD with data', '00B2010C010000'],
    ['6700', 'READ RECORD with a short Le', '00B2010C01'],
  ])('%s once initiated: %s', (status, _what, command) => {
    expect(send(createWearable(EVERYDAY), SELECT, GPO, command)[2]).toBe(status);
  });

  test('6D00: the directory serves nothing but SELECT', () => {
    expect(send(createWearable(EVERYDAY), SELECT_PPSE, GPO)[1]).toBe('6D00');
  });

  test('6581: the counter cannot be kept, and no cryptogram leaves', () => {
    const memory = openFileMemory('/proc/nowhere/counters.json');
    expect(send(createWearable(EVERYDAY, { memory }), SELECT, GPO)[1]).toBe('6581');
  });
});

test('losing power ends the session', () => {
  const wearable = createWearable(EVERYDAY);
  send(wearable, SELECT);
  wearable.reset();
  expect(send(wearable, GPO)).toEqual(['6985']);
});

test('selecting another application ends the session', () => {
  const answers = send(createWearable(EVERYDAY), SELECT, GPO, SELECT_PPSE, SELECT, READ);
  expect(answers[4]).toBe('6985');
});
