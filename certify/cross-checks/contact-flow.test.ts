import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import type { ContactInput } from '#kernel/emv/contact/input.ts';
import { type CardBehaviour, terminalInput } from '../../bench/contact-card.ts';
import { answered, KEYS, type Run, run, told } from './contact-run.fixture.ts';

const DDA = '3800';
const PAN = '6799990100000000001';

function terminal(capabilities: string, type = '22', more: Record<string, string> = {}) {
  const tags = { '9F33': capabilities, '9F35': type, ...more };
  const terminalData = Object.entries(tags).map(([tag, value]) => [tag, hex(value)] as const);
  return { terminalData: Object.fromEntries(terminalData) };
}

function application(changed: Partial<ContactInput['applications'][0]>): Partial<ContactInput> {
  const [own] = terminalInput(KEYS).applications;
  return { applications: own ? [{ ...own, ...changed }] : [] };
}

/** The control bytes (P1) of the cryptograms asked for. */
function controls({ commands }: Run): readonly string[] {
  return commands.filter((c) => c.startsWith('80AE')).map((c) => c.slice(4, 6));
}

describe('cardholder verification: Book 4, table 2', () => {
  const rules = (list: string, limits = '0000000000000000'): CardBehaviour => ({
    aip: DDA,
    data: { '8E': limits + list, '9F42': '0978' },
  });
  const right = { pins: ['1234'] };
  const ALL = 'E0F8C8';

  test.each([
    ['no CVM required', '1F00', ALL, {}, '1F0002', '00'],
    ['signature', '5E03', ALL, {}, '5E0300', '00'],
    ['online PIN', '4203', ALL, right, '420300', '04'],
    ['plaintext PIN', '4103', ALL, right, '410302', '00'],
    ['enciphered PIN', '4403', ALL, right, '440302', '00'],
    ['plaintext PIN and signature', '0300', ALL, right, '030000', '00'],
    ['enciphered PIN and signature', '0500', ALL, right, '050000', '00'],
    ['fail', '0000', ALL, {}, '000001', '80'],
    ['fail, though more would follow', '40001F00', ALL, {}, '400001', '80'],
    ['no condition holds', '01041F05', ALL, {}, '3F0001', '80'],
    ['a condition not known', '1F0A1E80', ALL, {}, '3F0001', '80'],
    ['none supported', '42001E00', 'E000C8', {}, '3F0001', '90'],
    ['none supported, and no more to follow', '01001F00', 'E008C8', {}, '3F0001', '90'],
    ['none recognised', '66002F00', ALL, {}, '3F0001', 'C0'],
    ['one not recognised, then one that is', '66001F00', ALL, {}, '1F0002', '40'],
    ['supported only if: passed over', '41031F00', 'E008C8', {}, '1F0002', '00'],
    ['bypassed, then signature', '41001E00', ALL, {}, '1E0000', '08'],
    ['bypassed once is bypassed', '44004200', ALL, {}, '420001', '88'],
    ['bypassed, and no more to follow', '01001F00', ALL, {}, '010001', '88'],
    ['failed, then none whose condition holds', '41001F04', ALL, {}, '410001', '88'],
    ['failed, then one not supported', '41001E00', 'E080C8', {}, '410001', '88'],
    ['combination, of which one fails', '03001F00', ALL, {}, '030001', '88'],
  ] as const)('%s', (_, list, capabilities, world, results, tvr3) => {
    const result = told(run(rules(list), terminal(capabilities), world));
    expect(result['cvm']).toBe(results);
    expect(result['tvr']).toBe(`0000${tvr3}0000`);
    expect(result['tsi']).toBe('E800');
  });

  test.each([
    ['under X', '1F06', 999n, true],
    ['not under X', '1F06', 1000n, false],
    ['over X', '1F07', 1001n, true],
    ['not over X', '1F07', 1000n, false],
    ['under Y', '1F08', 1999n, true],
    ['over Y', '1F09', 2001n, true],
    ['not over Y', '1F09', 2000n, false],
  ] as const)('%s', (_, list, amountMinor, holds) => {
    const card = rules(list, '000003E8000007D0');
    const result = told(run(card, { ...terminal(ALL), amountMinor }));
    expect(result['cvm']).toBe(holds ? `${list}02` : '3F0001');
    const elsewhere = told(run(card, { ...terminal(ALL), amountMinor, currency: '840' }));
    expect(elsewhere['cvm']).toBe('3F0001');
  });

  test.each([
    ['01', '24', '1F01'],
    ['01', '22', '1F04'],
    ['09', '22', '1F05'],
    ['00', '22', '1F02'],
  ] as const)('type %s at terminal %s meets condition of %s', (transactionType, type, list) => {
    const changed = { transactionType, amountOtherMinor: transactionType === '09' ? 1n : 0n };
    for (const each of ['1F01', '1F02', '1F04', '1F05']) {
      const result = told(run(rules(each), { ...terminal(ALL, type), ...changed }, {}));
      expect(result['cvm']).toBe(each === list ? `${each}02` : '3F0001');
    }
  });

  test('no list, a list without rules, and a card that verifies nobody', () => {
    const none = run({ aip: DDA, data: { '8E': '' } });
    expect(told(none)).toMatchObject({ cvm: '3F0000', tvr: '2000000000', tsi: 'A800' });
    expect(told(run(rules('')))).toMatchObject({ cvm: '3F0000', tvr: '2000000000' });
    expect(told(run({ aip: '2800' }))).toMatchObject({ cvm: '3F0000', tvr: '0000000000' });
    expect(told(run(rules('1F')))).toMatchObject({ reason: 'malformed-card-data' });
  });

  test('wrong PINs until there are no more tries, then never again', () => {
    const result = run(rules('41001E00'), terminal(ALL), {
      pins: ['1111', '2222', '3333', '4444'],
    });
    expect(told(result)).toMatchObject({ cvm: '1E0000', tvr: '0000200000' });
    expect(result.commands.filter((c) => c.startsWith('0020'))).toHaveLength(3);
    const late = run(rules('41001E00'), terminal(ALL), { pins: ['1111', '1234'] });
    expect(told(late)).toMatchObject({ cvm: '410002', tvr: '0000000000' });
  });

  test('a challenge for every enciphered PIN, and a counter that is nought asks for none', () => {
    const result = run(rules('44001E00'), terminal(ALL), { pins: ['1111', '1234'] });
    expect(result.commands.filter((c) => c === '0084000000')).toHaveLength(2);
    expect(told(result)['cvm']).toBe('440002');
    const over: CardBehaviour = { ...rules('41001E00'), refuses: { '80CA': '9F1701009000' } };
    const blocked = run(over, terminal(ALL), { pins: ['1234'] });
    expect(told(blocked)).toMatchObject({ cvm: '1E0000', tvr: '0000200000' });
    expect(blocked.asked).not.toContain('ask-pin');
  });

  test.each([
    ['6983', { cvm: '1E0000', tvr: '0000200000' }],
    ['6984', { cvm: '1E0000', tvr: '0000200000' }],
    ['6A80', { type: 'end-application', reason: 'card-refused' }],
  ])('VERIFY answered %s', (status, expected) => {
    const card = { ...rules('41001E00'), refuses: { '0020': status } };
    expect(told(run(card, terminal(ALL), { pins: ['1234'] }))).toMatchObject(expected);
  });

  test('a challenge that is none, or a key that is none, fails the method alone', () => {
    const card = { ...rules('44001E00'), refuses: { '0084': '01029000' } };
    expect(told(run(card, terminal(ALL), { pins: ['1234'] }))['cvm']).toBe('1E0000');
    const untrusted = run(rules('44001E00'), { ...terminal(ALL), caKeys: [] }, { pins: ['1234'] });
    expect(told(untrusted)).toMatchObject({ cvm: '1E0000', tvr: '0800000000' });
  });
});

describe('processing restrictions', () => {
  test.each([
    ['expired', { '5F24': '251231' }, {}, '40'],
    ['not yet effective', { '5F25': '260116' }, {}, '20'],
    ['on its first day', { '5F25': '260115' }, {}, '00'],
    ['another version', { '9F08': '0002' }, {}, '80'],
    ['the same version', { '9F08': '0001' }, {}, '00'],
    ['not at this terminal', { '9F07': 'FE80' }, {}, '10'],
    ['no domestic goods or services', { '9F07': 'D780' }, {}, '10'],
    ['domestic services', { '9F07': 'DF80' }, {}, '00'],
    ['no goods abroad', { '9F07': 'EB80', '5F28': '0840' }, {}, '10'],
    ['no domestic cash', { '9F07': '7F80' }, { transactionType: '01' }, '10'],
    ['no cash abroad', { '9F07': 'BF80', '5F28': '0840' }, { transactionType: '01' }, '10'],
    ['no cashback', { '9F07': 'FF40' }, { transactionType: '09', amountOtherMinor: 1n }, '10'],
    ['cashback', { '9F07': 'FF80' }, { transactionType: '09', amountOtherMinor: 1n }, '00'],
  ] as const)('%s', (_, data, changed, tvr2) => {
    const own = terminal('E0F8C8', '22', { '9F09': '0001' });
    expect(told(run({ aip: DDA, data }, { ...own, ...changed }))['tvr']).toBe(`00${tvr2}000000`);
  });

  test('an ATM', () => {
    const atm = terminal('E0F8C8', '14', { '9F40': 'F000F0A001' });
    const inAtms = { aip: DDA, data: { '9F07': 'FE80' } };
    expect(told(run(inAtms, { ...atm, transactionType: '01' }))['tvr']).toBe('0000000000');
    const elsewhere = { aip: DDA, data: { '9F07': 'FD80' } };
    expect(told(run(elsewhere, { ...atm, transactionType: '01' }))['tvr']).toBe('0010000000');
  });
});

describe('terminal risk management', () => {
  const log = (pan: string, amountMinor: bigint, panSequenceNumber?: string) => ({
    pan,
    amountMinor,
    ...(panSequenceNumber && { panSequenceNumber }),
  });

  test.each([
    ['below the floor limit', 1001n, {}, '00'],
    ['at the floor limit', 1000n, {}, '80'],
    ['a split sale', 1500n, { transactionLog: [log(PAN, 500n)] }, '80'],
    ['the last sale counts', 1500n, { transactionLog: [log(PAN, 500n), log(PAN, 1n)] }, '00'],
    ['another card', 1500n, { transactionLog: [log('4761739001010010', 500n)] }, '00'],
    ['another sequence number', 1500n, { transactionLog: [log(PAN, 500n, '02')] }, '00'],
    ['forced online', 5000n, { forcedOnline: true }, '08'],
  ] as const)('%s', (_, floorLimitMinor, changed, tvr4) => {
    const result = run({ aip: DDA }, { ...application({ floorLimitMinor }), ...changed });
    expect(told(result)['tvr']).toBe(`000000${tvr4}00`);
  });

  test.each([
    [300n, 10, true],
    [300n, 11, false],
    // Half way from the threshold to the limit: half way from 10 to 50.
    [750n, 30, true],
    [750n, 31, false],
  ] as const)('amount %s with random number %s: %s', (amountMinor, randomNumber, isSelected) => {
    const changed = application({
      floorLimitMinor: 1000n,
      randomSelection: { thresholdMinor: 500n, targetPercent: 10, maximumTargetPercent: 50 },
    });
    const of = (type: string) =>
      told(
        run({ aip: DDA }, { ...changed, ...terminal('E0F8C8', type), amountMinor, randomNumber }),
      );
    expect(of('22')['tvr']).toBe(isSelected ? '0000001000' : '0000000000');
    expect(of('23')['tvr']).toBe('0000000000');
  });

  test.each([
    ['within', '0005', '0003', '0000000000'],
    ['at the lower limit', '0005', '0003', '0000000000'],
    ['over the lower', '0006', '0003', '0000004000'],
    ['over the upper', '0009', '0003', '0000006000'],
    ['new card', '0002', '0000', '0008000000'],
    ['counters that make no sense', '0003', '0003', '0000006000'],
    ['no last online register', '0003', undefined, '2000006000'],
    ['no counter, and a new card', undefined, '0000', '2008006000'],
  ] as const)('velocity: %s', (_, now, last, tvr) => {
    const counters = { ...(now && { '9F36': now }), ...(last && { '9F13': last }) };
    const result = run({ aip: DDA, data: { '9F14': '02', '9F23': '04' }, counters });
    expect(told(result)['tvr']).toBe(tvr);
    expect(result.commands.filter((c) => /^80CA9F(36|13)/.test(c))).toHaveLength(2);
  });

  test('the exception file', () => {
    const listed = run({ aip: DDA }, { exceptionFile: [{ pan: PAN, panSequenceNumber: '01' }] });
    expect(told(listed)['tvr']).toBe('1000000000');
    const other = run({ aip: DDA }, { exceptionFile: [{ pan: PAN, panSequenceNumber: '02' }] });
    expect(told(other)['tvr']).toBe('0000000000');
  });
});

describe('the issuer', () => {
  const card: CardBehaviour = { aip: '3C00', first: 'ARQC' };

  test('approves: authentication data by EXTERNAL AUTHENTICATE', () => {
    const result = run(card, {}, { host: answered('00', '91081122334455667788') });
    expect(told(result)).toMatchObject({ type: 'approved', tsi: 'F800', arc: '3030' });
    expect(result.commands).toContain('00820000081122334455667788');
  });

  test('authentication that fails is told and ends nothing', () => {
    const refusing = { ...card, refuses: { '0082': '6300' } };
    const result = run(refusing, {}, { host: answered('00', '91081122334455667788') });
    expect(told(result)).toMatchObject({ type: 'approved', tvr: '0000000040', tsi: 'F800' });
  });

  test('authentication data for CDOL2 where the AIP has no command for it', () => {
    const byList: CardBehaviour = { ...card, aip: DDA, data: { '8D': '8A0291089F3704' } };
    const result = run(byList, {}, { host: answered('00', '91081122334455667788') });
    expect(result.commands.at(-1)).toBe('80AE40000E303011223344556677881122334400');
    expect(told(result)).toMatchObject({ type: 'approved', tsi: 'E800' });
  });

  test.each(['05', '51', '01'])('refuses with %s: an AAC', (code) => {
    const result = run(card, {}, { host: answered(code) });
    expect(controls(result)).toEqual(['40', '00']);
    expect(told(result)).toMatchObject({ type: 'declined', reason: 'issuer-declined' });
  });

  test('approves what the card then refuses', () => {
    const result = run({ ...card, second: 'AAC' }, {}, { host: answered('00') });
    expect(told(result)).toMatchObject({ type: 'declined', reason: 'card-declined', arc: '3030' });
    expect(result.outcome).toMatchObject({ host: { type: 'answered' } });
  });

  test.each(['not-sent', 'unknown'] as const)('is not reached (%s): the default codes', (type) => {
    const fine = run(card, {}, { host: { type } });
    expect(told(fine)).toMatchObject({ type: 'approved', arc: '5933' });
    expect(fine.outcome).toMatchObject({ host: { type } });
    const codes = application({ actionCodes: { default: hex('0040000000') } });
    const bad = run({ ...card, data: { '5F24': '251231' } }, codes, { host: { type } });
    expect(told(bad)).toMatchObject({ reason: 'unable-to-go-online', arc: '5A33' });
    expect(controls(bad)[1]).toBe('00');
  });

  test('is not asked by a terminal that cannot', () => {
    const result = run(card, terminal('E0F8C8', '23'), { host: answered('00') });
    expect(result.asked).not.toContain('authorise-online');
    expect(told(result)).toMatchObject({ type: 'approved', arc: '5933' });
  });

  test('is always asked by a terminal that can do nothing else', () => {
    const result = run({ aip: DDA }, terminal('E0F8C8', '21'), { host: answered('00') });
    expect(controls(result)).toEqual(['80', '40']);
  });
});

describe('issuer scripts', () => {
  const card: CardBehaviour = { aip: DDA, first: 'ARQC' };
  const results = (result: Run) =>
    'data' in result.outcome ? encodeHex(result.outcome.data?.get('9F5B') ?? hex('')) : '';

  test('71 before and 72 after the last cryptogram', () => {
    const before = '71139F18040A0B0C0D8604841600008604841E0000';
    const after = '7206860484180000';
    const result = run(card, {}, { host: answered('00', before + after) });
    const at = (command: string) => result.commands.indexOf(command);
    const final = result.commands.findLastIndex((c) => c.startsWith('80AE'));
    expect([at('84160000') < final, at('841E0000') < final]).toEqual([true, true]);
    expect(at('84160000')).toBeGreaterThan(0);
    expect(at('84180000')).toBe(final + 1);
    expect(told(result)).toMatchObject({ type: 'approved', tvr: '0000000000', tsi: 'EC00' });
    expect(results(result)).toBe('200A0B0C0D2000000000');
  });

  test.each([
    ['71', '0000000020', '11'],
    ['72', '0000000010', '11'],
  ])('a command of %s that fails ends its script', (tag, tvr, first) => {
    const script = `${tag}0C8604841600008604841E0000`;
    const refusing = { ...card, refuses: { '8416': '6985' } };
    const result = run(refusing, {}, { host: answered('00', script) });
    expect(told(result)).toMatchObject({ type: 'approved', tvr, tsi: 'EC00' });
    expect(result.commands).not.toContain('841E0000');
    expect(results(result)).toBe(`${first}00000000`);
  });

  test('a warning is no failure, and every script has its turn', () => {
    const warning = { ...card, refuses: { '8416': '6200', '841E': '6D00' } };
    const scripts = '710686048416000071068604841E00007106860484160000';
    const result = run(warning, {}, { host: answered('00', scripts) });
    expect(results(result)).toBe('200000000011000000002000000000');
  });

  test('a script that is malformed is not performed, the next is', () => {
    const scripts = '71038609847106860484160000';
    const result = run(card, {}, { host: answered('00', scripts) });
    expect(results(result)).toBe('00000000002000000000');
    expect(told(result)).toMatchObject({ tvr: '0000000020', tsi: 'EC00' });
  });
});

describe('the first cryptogram', () => {
  test('more than was asked for, or none, ends the session', () => {
    const denial = application({ actionCodes: { denial: hex('0040000000') } });
    const expired = { aip: DDA, data: { '5F24': '251231' } };
    for (const first of ['TC', 'ARQC'] as const) {
      expect(told(run({ ...expired, first }, denial))).toMatchObject({
        reason: 'wrong-cryptogram',
      });
    }
    // AAR, which EMV 4.4 has no more.
    expect(told(run({ aip: DDA, first: 'ARQC', reason: 0x40 }))).toMatchObject({
      type: 'end-application',
      reason: 'wrong-cryptogram',
    });
  });

  test('an AAC declines, and may say why', () => {
    expect(told(run({ aip: DDA, first: 'AAC' }))).toMatchObject({ reason: 'card-declined' });
    const service = run({ aip: DDA, first: 'AAC', reason: 1 });
    expect(told(service)).toMatchObject({ type: 'declined', reason: 'service-not-allowed' });
  });

  test('an offline-only terminal declines by the default codes', () => {
    const codes = { ...application({ actionCodes: { default: hex('0040000000') } }) };
    const result = run(
      { aip: DDA, data: { '5F24': '251231' } },
      { ...terminal('E0F8C8', '23'), ...codes },
    );
    expect(controls(result)).toEqual(['00']);
    expect(told(result)).toMatchObject({ type: 'declined', arc: '5A31' });
  });

  test('the transaction certificate hash, with the terminal’s own list', () => {
    const card = { aip: DDA, data: { '8C': '98149F3704' } };
    const own = run(card, application({ defaultTdol: hex('9F0206') }));
    expect(told(own)['tvr']).toBe('0000000080');
    const none = run(card);
    expect(told(none)['tvr']).toBe('0000000000');
    const ofCard = run(
      { ...card, data: { ...card.data, '97': '9F0206' } },
      application({ defaultTdol: hex('95') }),
    );
    expect(told(ofCard)['tvr']).toBe('0000000000');
    const hash = (result: Run) => result.commands.find((c) => c.startsWith('80AE'))?.slice(10, 50);
    expect(hash(ofCard)).toBe(hash(own));
    expect(hash(none)).toBe('DA39A3EE5E6B4B0D3255BFEF95601890AFD80709');
  });
});
