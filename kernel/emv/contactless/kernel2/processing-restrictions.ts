import { equalBytes } from '../../../bytes/bytes.ts';
import { encodeHex } from '../../../bytes/hex.ts';
import { isAfter } from '../../oda/dates.ts';
import { TVR } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';

/** Bits of the application usage control (9F07). Source: EMV 4.4 Book 3, C2. */
const AUC = {
  atms: { byte: 1, mask: 0x02 },
  otherThanAtms: { byte: 1, mask: 0x01 },
  domestic: { cash: 0x80, goodsOrServices: 0x28, cashback: 0x80 },
  international: { cash: 0x40, goodsOrServices: 0x14, cashback: 0x40 },
} as const;

const ATM_TYPES: ReadonlySet<number> = new Set([0x14, 0x15, 0x16]);
const CASH_OUT = { byte: 1, mask: 0x80 };

/** Transaction types (9C). */
const CASH: ReadonlySet<number> = new Set([0x01, 0x17]);
const PURCHASE: ReadonlySet<number> = new Set([0x00, 0x09]);

/**
 * Application version, dates and usage control; what does not fit is raised in the TVR. Source:
 * Book C-2, 7.7 (processing restrictions), as publicly described; EMV 4.4 Book 3, 10.4.
 */
export function restrictProcessing(data: TlvDatabase): void {
  const today = encodeHex(data.get('9A'));
  if (data.isNotEmpty('9F08') && !equalBytes(data.get('9F08'), data.get('9F09'))) {
    data.raise('95', TVR.differentVersions);
  }
  if (data.isNotEmpty('5F25') && isAfter(encodeHex(data.get('5F25')), today)) {
    data.raise('95', TVR.notYetEffective);
  }
  if (isAfter(today, encodeHex(data.get('5F24')))) data.raise('95', TVR.expired);
  if (data.isNotEmpty('9F07') && !isServiceAllowed(data)) data.raise('95', TVR.serviceNotAllowed);
}

function isServiceAllowed(data: TlvDatabase): boolean {
  const isAtm = ATM_TYPES.has(data.number('9F35')) && data.has('9F40', CASH_OUT);
  if (!data.has('9F07', isAtm ? AUC.atms : AUC.otherThanAtms)) return false;
  if (!data.isNotEmpty('5F28')) return true;
  const isDomestic = equalBytes(data.get('5F28'), data.get('9F1A'));
  const allowed = isDomestic ? AUC.domestic : AUC.international;
  const type = data.number('9C');
  const allows = (byte: number, mask: number): boolean => data.has('9F07', { byte, mask });
  if (CASH.has(type) && !allows(1, allowed.cash)) return false;
  if (PURCHASE.has(type) && !allows(1, allowed.goodsOrServices)) return false;
  return data.amount('9F03') === 0n || allows(2, allowed.cashback);
}

/** Whether the transaction hands out money or sells something, by its type (9C). */
export function isCashOrPurchase(data: TlvDatabase): boolean {
  const type = data.number('9C');
  return CASH.has(type) || PURCHASE.has(type);
}
