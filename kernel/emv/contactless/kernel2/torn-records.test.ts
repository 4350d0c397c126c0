import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../../../bytes/hex.ts';
import type { TagStore } from '../outcome.ts';
import { findTornRecord, freshTornRecords, rememberTornTransaction } from './torn-records.ts';
import { transactionOf } from './transaction.fixture.ts';

const record = (objects: Record<string, string>): TagStore =>
  new Map(Object.entries(objects).map(([tag, value]) => [tag, hex(value)]));

const LOG = { DF811C: '012C', DF811D: '02', '9F51': '9F3704' };
const CARD = { '5A': '5413330089020029', '5F34': '01' };

describe('age', () => {
  // The transaction is of 27 November 2026, 12:00:00; records live 300 seconds.
  test.each([
    ['261127', '120000', true],
    ['261127', '115500', true],
    ['261127', '115459', false],
    ['261127', '120001', false],
    ['261126', '120000', false],
  ])('%s %s is kept: %s', (date, time, isKept) => {
    const { data } = transactionOf(LOG);
    const records = freshTornRecords([record({ '9A': date, '9F21': time })], data);
    expect(records).toHaveLength(isKept ? 1 : 0);
  });

  test.each([
    ['261231', '235959', '270101', '000001'],
    ['240228', '235959', '240229', '000001'],
    ['240229', '235959', '240301', '000001'],
    ['230228', '235959', '230301', '000001'],
    ['260430', '235959', '260501', '000001'],
  ])('%s %s is two seconds before %s %s', (date, time, laterDate, laterTime) => {
    const { data } = transactionOf({ ...LOG, DF811C: '0002', '9A': laterDate, '9F21': laterTime });
    const old = [record({ '9A': date, '9F21': time })];
    expect(freshTornRecords(old, data)).toHaveLength(1);
    data.set('DF811C', hex('0001'));
    expect(freshTornRecords(old, data)).toHaveLength(0);
  });

  test('a record without date and time is too old', () => {
    expect(freshTornRecords([record({})], transactionOf(LOG).data)).toEqual([]);
  });
});

describe('the card of a record', () => {
  const find = (objects: Record<string, string>, torn: Record<string, string>) => {
    const t = transactionOf({ ...LOG, ...objects });
    t.tornRecords = [record(torn)];
    return findTornRecord(t);
  };

  test('is known by PAN and sequence number, or by having none', () => {
    expect(find(CARD, CARD)).toBeDefined();
    expect(find(CARD, { ...CARD, '5F34': '02' })).toBeUndefined();
    expect(find(CARD, { '5A': CARD['5A'] })).toBeUndefined();
    expect(find({ '5A': CARD['5A'] }, { '5A': CARD['5A'] })).toBeDefined();
    expect(find(CARD, { ...CARD, '5A': '5413330089020037' })).toBeUndefined();
  });

  test('is not looked for without a DRDOL or a log', () => {
    expect(find({ ...CARD, '9F51': '' }, CARD)).toBeUndefined();
    expect(find({ ...CARD, DF811D: '00' }, CARD)).toBeUndefined();
  });
});

test('a log keeps the newest, and gives the oldest away', () => {
  const t = transactionOf({ ...LOG, ...CARD, '9F37': '11223344' });
  const [first, second] = ['01', '02'].map((psn) => record({ '5A': '47', '5F34': psn }));
  t.tornRecords = [first, second].flatMap((one) => (one ? [one] : []));
  rememberTornTransaction(t);
  expect(t.tornRecords).toHaveLength(2);
  expect(t.tornRecords[0]).toBe(second);
  expect(encodeHex(t.tornRecords[1]?.get('DF8113') ?? hex(''))).toBe('11223344');
  expect(t.tornRecords[1]?.has('9F1E')).toBe(false);
  expect(encodeHex(t.data.get('FF8101'))).toBe('5A01475F340101');
});

test('a log that is not full gives nothing away', () => {
  const t = transactionOf({ ...LOG, ...CARD });
  rememberTornTransaction(t);
  expect(t.tornRecords).toHaveLength(1);
  expect(t.data.isPresent('FF8101')).toBe(false);
});
