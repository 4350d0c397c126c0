import { equalBytes } from '../../bytes/bytes.ts';
import { encodeHex } from '../../bytes/hex.ts';
import { isAfter } from '../oda/dates.ts';
import type { ContactTransaction } from './contact-transaction.ts';
import { isAtm, transactionKind } from './terminal-environment.ts';
import { hasBit, type ResultBit, setTvr, TVR } from './verification-results.ts';

/** Application usage control (9F07). Source: EMV 4.4 Book 3, C2. */
const AUC = {
  domesticCash: { byte: 1, mask: 0x80 },
  internationalCash: { byte: 1, mask: 0x40 },
  domesticPurchase: { byte: 1, mask: 0x28 },
  internationalPurchase: { byte: 1, mask: 0x14 },
  atAtms: { byte: 1, mask: 0x02 },
  elsewhere: { byte: 1, mask: 0x01 },
  domesticCashback: { byte: 2, mask: 0x80 },
  internationalCashback: { byte: 2, mask: 0x40 },
} as const satisfies Record<string, ResultBit>;

/**
 * Whether the application fits this terminal, this transaction and this day; what does not goes
 * into the TVR and ends nothing. Source: EMV 4.4 Book 3, 10.4.
 */
export function restrictProcessing(transaction: ContactTransaction): void {
  const { data, input } = transaction;
  const [ofCard, ofTerminal] = [data.get('9F08'), data.get('9F09')];
  if (ofCard && ofTerminal && !equalBytes(ofCard, ofTerminal)) setTvr(data, TVR.versionsDiffer);
  if (data.has('9F07') && !isUseAllowed(transaction)) setTvr(data, TVR.serviceNotAllowed);
  const [effective, expiry] = [data.get('5F25'), data.get('5F24')];
  if (effective && isAfter(encodeHex(effective), input.date)) setTvr(data, TVR.notYetEffective);
  if (expiry && isAfter(input.date, encodeHex(expiry))) setTvr(data, TVR.expired);
}

/** Source: Book 3, 10.4.2 and table 36. */
function isUseAllowed({ data, input }: ContactTransaction): boolean {
  const allows = (bit: ResultBit): boolean => hasBit(data, '9F07', bit);
  if (!allows(isAtm(data) ? AUC.atAtms : AUC.elsewhere)) return false;
  const [issuer, terminal] = [data.get('5F28'), data.get('9F1A')];
  if (!issuer || !terminal) return true;
  const isDomestic = equalBytes(issuer, terminal);
  const { isCash, isPurchase } = transactionKind(input);
  if (isCash && !allows(isDomestic ? AUC.domesticCash : AUC.internationalCash)) return false;
  if (isPurchase && !allows(isDomestic ? AUC.domesticPurchase : AUC.internationalPurchase)) {
    return false;
  }
  const cashback = isDomestic ? AUC.domesticCashback : AUC.internationalCashback;
  return input.amountOtherMinor === 0n || allows(cashback);
}
