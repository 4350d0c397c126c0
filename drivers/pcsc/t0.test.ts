import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { exchangeT0 } from './t0.ts';

async function exchange(command: string, ...answers: readonly string[]) {
  const sent: string[] = [];
  const response = await exchangeT0(hex(command), async (bytes) => {
    sent.push(encodeHex(bytes));
    return hex(answers[sent.length - 1] ?? answers.at(-1) ?? '');
  });
  return { sent, response: encodeHex(response) };
}

describe('a command over T=0', () => {
  test.each([
    ['case 1 gets a length of 00', '00200080', '0020008000'],
    ['case 2 stays', '00B2010C00', '00B2010C00'],
    ['case 3 stays', '00D60000020102', '00D60000020102'],
    ['case 4 loses its second length', '00A40400020102' + '00', '00A40400020102'],
  ])('%s', async (_what, command, expected) => {
    expect(await exchange(command, '9000')).toEqual({ sent: [expected], response: '9000' });
  });

  test('an announced answer is fetched, in as many parts as there are', async () => {
    expect(await exchange('00A4040002010200', '6103', '0102036102', '04059000')).toEqual({
      sent: ['00A40400020102', '00C0000003', '00C0000002'],
      response: '01020304059000',
    });
  });

  test('a length that is named is asked for', async () => {
    expect(await exchange('00B2010C00', '6C02', '01029000')).toEqual({
      sent: ['00B2010C00', '00B2010C02'],
      response: '01029000',
    });
  });

  test('a fetch may be told its length too', async () => {
    expect(await exchange('80A80000028300' + '00', '6100', '6C02', '01029000')).toEqual({
      sent: ['80A80000028300', '00C0000000', '00C0000002'],
      response: '01029000',
    });
  });

  test('an error after part of an answer ends it', async () => {
    expect((await exchange('00B2010C00', '01026102', '6F00')).response).toBe('01026F00');
  });

  test.each(['6101', '6C01'])(
    'a card that goes on with %s for ever is given up',
    async (answer) => {
      const { sent, response } = await exchange('00B2010C00', answer);
      expect([sent.length, response]).toEqual([33, answer]);
    },
  );

  test.each(['', '90'])('an answer of %j is passed on', async (answer) => {
    expect((await exchange('00B2010C00', answer)).response).toBe(answer);
  });
});
