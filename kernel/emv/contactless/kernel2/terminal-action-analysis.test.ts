import { expect, test } from 'vitest';
import { analyseTerminalAction } from './terminal-action-analysis.ts';
import { transactionOf } from './transaction.fixture.ts';

const ZERO = '0000000000';
const NOTHING = {
  DF8120: ZERO,
  DF8121: ZERO,
  DF8122: ZERO,
  '9F0D': ZERO,
  '9F0E': ZERO,
  '9F0F': ZERO,
};
const TVR = '0000040000';

test.each([
  ['22', {}, 'TC'],
  ['22', { DF8121: TVR }, 'AAC'],
  ['22', { '9F0E': TVR }, 'AAC'],
  ['22', { '9F0E': '' }, 'TC'],
  ['22', { DF8122: TVR }, 'ARQC'],
  ['22', { '9F0F': TVR }, 'ARQC'],
  ['22', { '9F0F': '' }, 'ARQC'],
  ['22', { DF8120: TVR, '9F0D': TVR }, 'TC'],
  ['21', {}, 'ARQC'],
  ['21', { DF8121: TVR }, 'AAC'],
  ['26', {}, 'TC'],
  ['26', { DF8120: TVR }, 'AAC'],
  ['26', { '9F0D': TVR }, 'AAC'],
  ['26', { '9F0D': '' }, 'AAC'],
  ['26', { DF8122: TVR, '9F0F': TVR }, 'TC'],
])('terminal type %s with %j: %s', (type, codes, expected) => {
  const { data } = transactionOf({ ...NOTHING, ...codes, '9F35': type, '95': TVR });
  expect(analyseTerminalAction(data)).toBe(expected);
});

test('without anything in the TVR an absent code matches nothing', () => {
  const { data } = transactionOf({ ...NOTHING, '9F0F': '', '9F0E': '', '9F35': '22', '95': ZERO });
  expect(analyseTerminalAction(data)).toBe('TC');
});

test('the default action codes deny where nothing was authenticated', () => {
  const { data } = transactionOf({ '9F35': '22', '95': '8000000001' });
  expect(analyseTerminalAction(data)).toBe('AAC');
});
