import { expect, test } from 'vitest';
import { encodeHex } from '../../../bytes/hex.ts';
import { restrictProcessing } from './processing-restrictions.ts';
import { type HexObjects, type ReaderSetup, transactionOf } from './transaction.fixture.ts';

function tvrOf(card: HexObjects, reader: ReaderSetup = {}): string {
  const { data } = transactionOf({ '5F24': '261130', ...card }, reader);
  restrictProcessing(data);
  return encodeHex(data.get('95'));
}

const CLEAN = '0000000000';
const VERSION = '0080000000';
const EXPIRED = '0040000000';
const NOT_YET = '0020000000';
const SERVICE = '0010000000';
const HOME = '0056';
const ABROAD = '0840';

test.each([
  ['nothing to object to', {}, {}, CLEAN],
  ['the same version', { '9F08': '0002' }, {}, CLEAN],
  ['another version', { '9F08': '0003' }, {}, VERSION],
  ['expires today', { '5F24': '261127' }, {}, CLEAN],
  ['expired yesterday', { '5F24': '261126' }, {}, EXPIRED],
  ['of another century', { '5F24': '491231' }, {}, CLEAN],
  ['effective from today', { '5F25': '261127' }, {}, CLEAN],
  ['effective from tomorrow', { '5F25': '261128' }, {}, NOT_YET],
  ['not other than at ATMs', { '9F07': 'FFFE' }, {}, CLEAN],
  ['not at ATMs, at a till', { '9F07': 'FD00' }, {}, CLEAN],
  ['at ATMs alone', { '9F07': 'FEC0' }, {}, SERVICE],
  ['at home alone, at home', { '9F07': '2900', '5F28': HOME }, {}, CLEAN],
  ['at home alone, abroad', { '9F07': '2900', '5F28': ABROAD }, {}, SERVICE],
  ['abroad alone, abroad', { '9F07': '1500', '5F28': ABROAD }, {}, CLEAN],
  ['services alone', { '9F07': '0900', '5F28': HOME }, {}, CLEAN],
  ['no cash', { '9F07': '2900', '5F28': HOME }, { type: '01' }, SERVICE],
  ['cash', { '9F07': '8100', '5F28': HOME }, { type: '01' }, CLEAN],
  ['cashback', { '9F07': '2980', '5F28': HOME }, { type: '09', amountOtherMinor: 1n }, CLEAN],
  ['no cashback', { '9F07': '2940', '5F28': HOME }, { type: '09', amountOtherMinor: 1n }, SERVICE],
])('%s', (_, card, reader, expected) => {
  expect(tvrOf(card as HexObjects, reader)).toBe(expected);
});

test('at an ATM that gives cash the other bit counts', () => {
  const atm = { type: '01', data: { '9F35': '14', '9F40': '8000000000' } };
  expect(tvrOf({ '9F07': 'C200' }, atm)).toBe(CLEAN);
  expect(tvrOf({ '9F07': 'C100' }, atm)).toBe(SERVICE);
});
