import { equalBytes } from '../../../bytes/bytes.ts';
import { encodeHex } from '../../../bytes/hex.ts';
import { isUseAllowed } from '../../application-usage-control.ts';
import { isAfter } from '../../oda/dates.ts';
import { transactionKind } from '../../transaction-kind.ts';
import { TVR } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';

/**
 * Application version, dates and usage control; what does not fit is raised in the TVR. Source:
 * Book C-2, 7.7 (processing restrictions), as publicly described; EMV 4.4 Book 3, 10.4.
 */
export function restrictProcessing(data: TlvDatabase): void {
  const today = encodeHex(data.get('9A'));
  if (data.isNotEmpty('9F08') && !equalBytes(data.get('9F08'), data.get('9F09'))) {
    data.raise('95', TVR.versionsDiffer);
  }
  if (data.isNotEmpty('5F25') && isAfter(encodeHex(data.get('5F25')), today)) {
    data.raise('95', TVR.notYetEffective);
  }
  if (isAfter(today, encodeHex(data.get('5F24')))) data.raise('95', TVR.expired);
  if (data.isNotEmpty('9F07') && !isServiceAllowed(data)) data.raise('95', TVR.serviceNotAllowed);
}

function isServiceAllowed(data: TlvDatabase): boolean {
  return isUseAllowed({
    transactionType: encodeHex(data.get('9C')),
    amountOtherMinor: data.amount('9F03'),
    find: (tag) => data.find(tag),
  });
}

/** Whether the transaction hands out money or sells something, by its type (9C). */
export function isCashOrPurchase(data: TlvDatabase): boolean {
  const { isCash, isPurchase } = transactionKind(encodeHex(data.get('9C')));
  return isCash || isPurchase;
}
