import { expect, test } from 'vitest';
import { encodeHex, hex } from '../bytes/hex.ts';
import { isAtm, isUnattended, onlineCapability } from './terminal-type.ts';

const GIVES_CASH = hex('8000000000');

/** Every byte that a terminal type could be. */
const TYPES = Array.from({ length: 256 }, (_, i) => Uint8Array.of(i));

function typesWhere(holds: (type: Uint8Array) => boolean): readonly string[] {
  return TYPES.filter(holds).map(encodeHex);
}

test('table 24: which types only go online, which never do', () => {
  expect(typesWhere((type) => onlineCapability(type) === 'online-only')).toEqual([
    ...['11', '14', '21', '24', '34'],
  ]);
  expect(typesWhere((type) => onlineCapability(type) === 'offline-only')).toEqual([
    ...['13', '16', '23', '26', '36'],
  ]);
  expect(onlineCapability(undefined)).toBe('online-capable');
});

test('table 24: which types nobody attends, and which of those are ATMs', () => {
  const unattended = ['14', '15', '16', '24', '25', '26', '34', '35', '36'];
  expect(typesWhere(isUnattended)).toEqual(unattended);
  expect(typesWhere((type) => isAtm(type, GIVES_CASH))).toEqual(['14', '15', '16']);
  expect(typesWhere((type) => isAtm(type, hex('7FFFFFFFFF')))).toEqual([]);
  expect(isAtm(undefined, undefined)).toBe(false);
});
