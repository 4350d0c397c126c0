import { expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { ReplayCard } from './replay-card.ts';

const EXCHANGE = [
  { command: hex('00A4040000'), response: hex('6A82') },
  { command: hex('00B2010C00'), response: hex('70009000') },
];

function play(...commands: readonly string[]) {
  const card = new ReplayCard(EXCHANGE);
  return { card, answers: commands.map((command) => encodeHex(card.transmit(hex(command)))) };
}

test('serves what was recorded', () => {
  const { card, answers } = play('00A4040000', '00B2010C00');
  expect(answers).toEqual(['6A82', '70009000']);
  expect([card.served, card.divergence]).toEqual([2, undefined]);
});

test.each([
  ['another command', '00B2020C00', 1],
  ['a shorter command', '00B2010C', 1],
  ['a repeated command', '00A4040000', 1],
])('%s is refused, and so is all that follows', (_what, command, index) => {
  const { card, answers } = play('00A4040000', command, '00B2010C00');
  expect(answers).toEqual(['6A82', '6F00', '6F00']);
  const [, expected] = EXCHANGE;
  expect(card.divergence).toEqual({ index, received: hex(command), expected: expected?.command });
  expect(card.served).toBe(1);
});

test('a command too many is the first divergence', () => {
  const { card, answers } = play('00A4040000', '00B2010C00', '00B2020C00', '00B2030C00');
  expect(answers.slice(2)).toEqual(['6F00', '6F00']);
  expect(card.divergence).toEqual({ index: 2, received: hex('00B2020C00') });
});
