import { describe, expect, test } from 'vitest';
import { encodeHex } from '../../../bytes/hex.ts';
import { type ContactlessOutcome, outcomeOf } from '../outcome.ts';
import { encodeOutcomeParameterSet } from '../outcome-parameter-set.ts';
import { encodeErrorIndication, reasonOf } from './error-indication.ts';
import { encodeUiRequest, outcomeCvmOf, uiMessageOf, uiStatusOf } from './outcome-signal.ts';

const ui = { message: 'see-phone', status: 'not-ready' } as const;

test.each<[string, ContactlessOutcome]>([
  ['10F0F0F000F0FF00', outcomeOf('approved')],
  ['20F0F0F000F0FF00', outcomeOf('declined')],
  ['30F0F02000F0FF00', outcomeOf('online-request', { cvm: 'online-pin' })],
  ['4010F0F040F0FF00', outcomeOf('end-application', { start: 'B', uiOnRestart: ui })],
  ['5020F0F000F0FF00', outcomeOf('select-next')],
  ['60F0F0F080F0FF00', outcomeOf('try-another-interface', { uiOnOutcome: ui })],
  ['7010F0F000F0FF00', outcomeOf('try-again')],
  [
    '10F0F01028F0FF00',
    outcomeOf('approved', { cvm: 'signature', receipt: 'yes', dataRecord: new Map() }),
  ],
  [
    '10F0F03010F00D00',
    outcomeOf('approved', { cvm: 'cdcvm', fieldOff: 13, discretionaryData: new Map() }),
  ],
  ['10F0F00000F0FF64', outcomeOf('approved', { cvm: 'none', removalTimeout: 100 })],
])('outcome parameter set %s', (bytes, outcome) => {
  expect(encodeHex(encodeOutcomeParameterSet(outcome))).toBe(bytes);
});

describe('user interface request', () => {
  test('alone', () => {
    const bytes = '20000000000000000000000000000000000000000000';
    expect(encodeHex(encodeUiRequest(ui))).toBe(bytes);
  });

  test('with languages, a time and a balance', () => {
    const value = { qualifier: 'balance', minor: 11845n, currency: '978' } as const;
    const request = {
      message: 'approved',
      status: 'card-read-ok',
      holdTime: 13,
      language: 'enfr',
      value,
    } as const;
    expect(encodeHex(encodeUiRequest(request))).toBe(
      '0304000013656E667200000000200000000118450978',
    );
  });

  test.each([
    [0x21, 'try-again'],
    [0xff, 'no-message'],
  ])('message %s is %s', (code, message) => expect(uiMessageOf(code)).toBe(message));

  test.each([
    [0x02, 'ready-to-read'],
    [0xff, 'not-ready'],
  ])('status %s is %s', (code, status) => expect(uiStatusOf(code)).toBe(status));
});

test.each([
  [0x00, 'none'],
  [0x10, 'signature'],
  [0x20, 'online-pin'],
  [0x30, 'cdcvm'],
  [0xf0, 'n/a'],
  [0x50, 'n/a'],
])('CVM %s is %s', (byte, cvm) => expect(outcomeCvmOf(byte)).toBe(cvm));

test.each([
  [{}, '0000000000FF', undefined],
  [{ l1: 'time-out', message: 'try-again' }, '010000000021', 'card-lost'],
  [{ l2: 'status-bytes', statusWord: '6A83' }, '0003006A83FF', 'card-refused'],
  [{ l2: 'cam-failed' }, '0002000000FF', 'authentication-failed'],
  [{ l3: 'amount-not-present' }, '0000030000FF', 'amount-not-allowed'],
  [{ l3: 'stop' }, '0000020000FF', undefined],
] as const)('error indication of %o', (error, bytes, reason) => {
  expect(encodeHex(encodeErrorIndication(error))).toBe(bytes);
  expect(reasonOf(error)).toBe(reason);
});
