import { describe, expect, test } from 'vitest';
import { encodeHex } from '../../../bytes/hex.ts';
import { chooseVerification } from './cardholder-verification.ts';
import { type ReaderSetup, transactionOf } from './transaction.fixture.ts';

const VERIFICATION = '1900';
const ON_DEVICE = '0200';
const AMOUNTS = '0000000A00000014';

/** Online PIN, signature and no CVM. */
const ALL = '006808';

function choose(
  list: string | undefined,
  { aip = VERIFICATION, capabilities = ALL, currency = '0978', ...reader }: Setup = {},
) {
  const objects = {
    '82': aip,
    '9F33': capabilities,
    '9F42': currency,
    ...(list !== undefined && { '8E': AMOUNTS + list }),
  };
  const t = transactionOf(objects, reader);
  chooseVerification(t);
  return [t.cvm, encodeHex(t.data.get('9F34')), encodeHex(t.data.get('95')), t.receipt] as const;
}

interface Setup extends ReaderSetup {
  readonly aip?: string;
  readonly capabilities?: string;
  readonly currency?: string;
}

const CLEAN = '0000000000';
const FAILED = '0000800000';

describe('without a list', () => {
  test('a card that verifies nobody: no CVM, result unknown', () => {
    expect(choose('1F00', { aip: '0900' })).toEqual(['none', '3F0000', CLEAN, false]);
  });

  test('a card that would but gives none: ICC data missing', () => {
    expect(choose(undefined)).toEqual(['none', '3F0000', '2000000000', false]);
  });

  test('a device above and at the limit', () => {
    const data = { DF811B: '20', DF8126: '000000001000' };
    const reader = { aip: ON_DEVICE, data };
    expect(choose('1F00', { ...reader, amountMinor: 1001n })[0]).toBe('cdcvm');
    expect(choose('1F00', { ...reader, amountMinor: 1001n })[1]).toBe('010002');
    expect(choose('1F00', { ...reader, amountMinor: 1000n })).toEqual([
      'none',
      '3F0002',
      CLEAN,
      false,
    ]);
  });

  test('a device at a reader that does not believe it', () => {
    expect(choose('1F00', { aip: ON_DEVICE })[1]).toBe('3F0000');
  });
});

describe('rules', () => {
  test.each([
    ['online PIN', '0200', ALL, ['online-pin', '020000', '0000040000', false]],
    ['signature', '1E00', ALL, ['signature', '1E0000', CLEAN, true]],
    ['no CVM', '1F00', ALL, ['none', '1F0002', CLEAN, false]],
    ['the second, where the first may be passed', '42001F00', '000808', ['none', '1F0002', CLEAN]],
    ['none, where it may not', '02001F00', '000808', ['none', '3F0001', FAILED]],
    ['none of the list', '42005E00', '000808', ['none', '3F0001', FAILED]],
    ['the last that may be passed', '42005E00', '000008', ['none', '3F0001', FAILED]],
    ['fail', '00001F00', ALL, ['none', '000001', FAILED]],
    ['a PIN for the card, passed', '41001F00', '00F8C8', ['none', '1F0002', CLEAN]],
    ['an unknown one, passed', '60001F00', ALL, ['none', '1F0002', '0000400000']],
    ['an unknown one, not passed', '20001F00', ALL, ['none', '3F0001', '0000C00000']],
    ['one whose condition is unknown', '020A1F00', ALL, ['none', '1F0002', CLEAN]],
    ['one cut off', '02', ALL, ['none', '3F0001', FAILED]],
    ['an empty list of rules', '', ALL, ['none', '3F0001', FAILED]],
  ])('%s', (_, list, capabilities, expected) => {
    expect(choose(list, { capabilities })).toEqual([...expected, false].slice(0, 4));
  });

  test('no CVM needs a terminal that has it', () => {
    expect(choose('1F00', { capabilities: '006000' })).toEqual(['none', '3F0001', FAILED, false]);
  });
});

describe('conditions', () => {
  const CASH_AT_MACHINE = { type: '01', data: { '9F35': '14' } };
  const CASH_AT_DESK = { type: '01', data: { '9F35': '22' } };

  test.each([
    ['01', CASH_AT_MACHINE, true],
    ['01', CASH_AT_DESK, false],
    ['02', CASH_AT_MACHINE, false],
    ['02', { type: '09' }, false],
    ['02', {}, true],
    ['03', { capabilities: '000000' }, false],
    ['03', {}, true],
    ['04', CASH_AT_DESK, true],
    ['04', CASH_AT_MACHINE, false],
    ['05', { type: '09' }, true],
    ['05', {}, false],
    ['06', { amountMinor: 9n }, true],
    ['06', { amountMinor: 10n }, false],
    ['06', { amountMinor: 9n, currency: '0840' }, false],
    ['07', { amountMinor: 11n }, true],
    ['07', { amountMinor: 10n }, false],
    ['08', { amountMinor: 19n }, true],
    ['08', { amountMinor: 20n }, false],
    ['09', { amountMinor: 21n }, true],
    ['09', { amountMinor: 20n }, false],
  ])('%s with %o: %s', (condition, setup: Setup, isMet) => {
    const [, results] = choose(`42${condition}`, setup);
    expect(results).toBe(isMet ? `02${condition}00` : '3F0001');
  });
});
