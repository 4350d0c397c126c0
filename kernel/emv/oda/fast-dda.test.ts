import { expect, test } from 'vitest';
import { encodeHex, hex } from '../../bytes/hex.ts';
import { chooseDdol } from './ddol.ts';
import { fastDdaTerminalData } from './fast-dda.ts';

const TRANSACTION = {
  unpredictableNumber: hex('ABABABAB'),
  amountAuthorised: hex('000000000200'),
  currencyCode: hex('0840'),
};

function terminalData(related?: string): string {
  const card = new Map(related === undefined ? [] : [['9F69', hex(related)]]);
  const data = fastDdaTerminalData(TRANSACTION, card);
  return data.ok ? encodeHex(data.value) : `${data.error.kind} ${data.error.path}`;
}

test('version 01 covers amount, currency and card authentication related data', () => {
  // As the card of vector oda-hu-mock-visa-offline signs.
  expect(terminalData('0169C16C99')).toBe('ABABABAB00000000020008400169C16C99');
});

test('version 00, or a card that says none, covers the number alone', () => {
  expect(terminalData()).toBe('ABABABAB');
  expect(terminalData('0069C16C990000')).toBe('ABABABAB');
});

test('another version is refused', () => {
  expect(terminalData('0269C16C99')).toBe('format 9F69');
});

test('the DDOL is the card’s, else the terminal’s, and lists the unpredictable number', () => {
  const choose = (card: string | undefined, own: string): unknown => {
    const ddol = chooseDdol(new Map(card === undefined ? [] : [['9F49', hex(card)]]), hex(own));
    return ddol.ok ? ddol.value.map(({ tag }) => tag) : ddol.error.kind;
  };
  expect(choose('9F37049F0206', '9F3704')).toEqual(['9F37', '9F02']);
  expect(choose(undefined, '9F3704')).toEqual(['9F37']);
  expect(choose('9F0206', '9F3704')).toBe('ddol');
  expect(choose(undefined, '')).toBe('ddol');
  expect(choose('9F37', '9F3704')).toBe('ddol');
});
