/**
 * The lists of data that an outcome carries, in their order. Source: Book C-2, tables 4.7 to 4.10,
 * as publicly described.
 */

/** Data record (FF8105) of EMV mode. */
export const EMV_DATA_RECORD = [
  '9F02',
  '9F03',
  '9F26',
  '5F24',
  '82',
  '50',
  '5A',
  '5F34',
  '9F12',
  '9F36',
  '9F07',
  '9F09',
  '9F27',
  '9F34',
  '84',
  '9F1E',
  '9F10',
  '9F11',
  '9F24',
  '9F19',
  '9F25',
  '9F33',
  '9F1A',
  '9F35',
  '95',
  '57',
  '9F53',
  '5F2A',
  '9A',
  '9C',
  '9F37',
] as const;

/** Data record (FF8105) of magnetic stripe mode. */
export const MAG_STRIPE_DATA_RECORD = [
  '9F02',
  '50',
  '9F12',
  '84',
  '9F11',
  '9F6D',
  '56',
  '9F6B',
] as const;

/** Discretionary data (FF8106) of EMV mode. */
export const EMV_DISCRETIONARY_DATA = [
  '9F5D',
  '9F42',
  'DF8105',
  'DF8104',
  'DF8102',
  'DF810B',
  'DF8115',
  'DF810E',
  'DF810F',
  '9F6E',
  'FF8101',
] as const;

/** Discretionary data (FF8106) of magnetic stripe mode. */
export const MAG_STRIPE_DISCRETIONARY_DATA = [
  '9F5D',
  'DF812A',
  'DF812B',
  'DF8115',
  '9F6E',
] as const;

/** What a torn record (FF8101) remembers. Source: Book C-2, annex A, as publicly described. */
export const TORN_RECORD = [
  '9F02',
  '9F03',
  '5A',
  '5F34',
  'DF8104',
  'DF8107',
  '9F34',
  'DF8113',
  '9F7D',
  'DF8128',
  '9F1E',
  'DF8111',
  'DF8114',
  '9F33',
  '9F1A',
  '9F35',
  '95',
  '9F53',
  '5F2A',
  '9A',
  '9F21',
  '9C',
  '9F37',
  'DF8301',
  'DF8302',
  'DF8303',
  'DF8304',
  'DF8305',
  'DF8306',
  'DF8307',
] as const;
