import { equalBytes } from '../../bytes/bytes.ts';
import { encodeHex } from '../../bytes/hex.ts';
import { isUseAllowed } from '../application-usage-control.ts';
import { isAfter } from '../oda/dates.ts';
import { TVR } from '../terminal-verification-results.ts';
import type { ContactTransaction } from './contact-transaction.ts';
import { setTvr } from './verification-results.ts';

/**
 * Whether the application fits this terminal, this transaction and this day; what does not goes
 * into the TVR and ends nothing. Source: EMV 4.4 Book 3, 10.4.
 */
export function restrictProcessing(transaction: ContactTransaction): void {
  const { data, input } = transaction;
  const [ofCard, ofTerminal] = [data.get('9F08'), data.get('9F09')];
  if (ofCard && ofTerminal && !equalBytes(ofCard, ofTerminal)) setTvr(data, TVR.versionsDiffer);
  const { transactionType, amountOtherMinor } = input;
  const use = { transactionType, amountOtherMinor, find: (tag: string) => data.get(tag) };
  if (data.has('9F07') && !isUseAllowed(use)) setTvr(data, TVR.serviceNotAllowed);
  const [effective, expiry] = [data.get('5F25'), data.get('5F24')];
  if (effective && isAfter(encodeHex(effective), input.date)) setTvr(data, TVR.notYetEffective);
  if (expiry && isAfter(input.date, encodeHex(expiry))) setTvr(data, TVR.expired);
}
