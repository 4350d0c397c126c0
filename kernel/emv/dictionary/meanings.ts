import { ADDITIONAL_TERMINAL_CAPABILITY_BITS } from './additional-terminal-capabilities.ts';
import { aflMeanings } from './afl.ts';
import { aipMeanings } from './aip.ts';
import { responseCodeMeanings } from './arc.ts';
import { AUC_BITS } from './auc.ts';
import { type BitTable, meaningsOf } from './bits.ts';
import { cardAuthenticationMeanings } from './card-authentication-data.ts';
import { CID_BITS } from './cid.ts';
import { CTQ_BITS } from './ctq.ts';
import { cvmListMeanings, cvmResultMeanings } from './cvm.ts';
import { dolMeanings, tagListMeanings } from './dol-meanings.ts';
import { formFactorMeanings } from './form-factor.ts';
import { iadMeanings } from './iad.ts';
import { serviceCodeDigits } from './service-code.ts';
import type { TagEntry } from './tag-entry.ts';
import type { TagName } from './tags.ts';
import {
  CARD_INPUT_BITS,
  CVM_CAPABILITY_BITS,
  SECURITY_CAPABILITY_BITS,
  TERMINAL_CAPABILITY_BITS,
} from './terminal-capabilities.ts';
import { TERMINAL_RISK_MANAGEMENT_BITS } from './terminal-risk-management.ts';
import { terminalTypeMeanings } from './terminal-type.ts';
import { thirdPartyMeanings } from './third-party-data.ts';
import { track2Meanings } from './track2-meanings.ts';
import { TSI_BITS } from './tsi.ts';
import { TTQ_BITS } from './ttq.ts';
import { tvrMeanings } from './tvr.ts';

/**
 * What a value says, a line each; nothing for data elements that are not coded. A value that is
 * shorter or longer than its data element may be says only that.
 */
export function valueMeanings(
  entry: TagEntry,
  value: Uint8Array,
  kernel?: number,
): readonly string[] {
  const decode = DECODERS[entry.name as TagName];
  if (decode === undefined || value.length === 0) return [];
  const [smallest, largest] = entry.lengthBytes;
  if (value.length < smallest || value.length > largest) {
    const allowed = smallest === largest ? `${smallest}` : `${smallest} to ${largest}`;
    return [`${value.length} bytes long, and should be ${allowed}`];
  }
  return decode(value, kernel);
}

type Decoder = (value: Uint8Array, kernel: number | undefined) => readonly string[];

function bits(table: BitTable): Decoder {
  return (value) => meaningsOf(table, value);
}

const DECODERS: Partial<Record<TagName, Decoder>> = {
  'Additional terminal capabilities': bits(ADDITIONAL_TERMINAL_CAPABILITY_BITS),
  'Application file locator': aflMeanings,
  'Application interchange profile': aipMeanings,
  'Application usage control': bits(AUC_BITS),
  'Authorisation response code': responseCodeMeanings,
  'Card authentication related data': cardAuthenticationMeanings,
  'Card data input capability': bits(CARD_INPUT_BITS),
  'Card risk management DOL 1': dolMeanings,
  'Card risk management DOL 2': dolMeanings,
  'Card transaction qualifiers': bits(CTQ_BITS),
  'Card TVR': tvrMeanings,
  'Cardholder verification method list': cvmListMeanings,
  'Cardholder verification method results': cvmResultMeanings,
  'Cryptogram information data': bits(CID_BITS),
  'CVM capability, CVM required': bits(CVM_CAPABILITY_BITS),
  'CVM capability, no CVM required': bits(CVM_CAPABILITY_BITS),
  'Data recovery DOL': dolMeanings,
  'Data storage DOL': dolMeanings,
  'Default CDOL1': dolMeanings,
  'Default unpredictable number DOL': dolMeanings,
  'Dynamic data authentication DOL': dolMeanings,
  'Form factor indicator': formFactorMeanings,
  'Issuer action code, default': tvrMeanings,
  'Issuer action code, denial': tvrMeanings,
  'Issuer action code, online': tvrMeanings,
  'Issuer application data': iadMeanings,
  'Log format': dolMeanings,
  'Processing options DOL': dolMeanings,
  'Security capability': bits(SECURITY_CAPABILITY_BITS),
  'Selection DOL': dolMeanings,
  'Service code': (value) => serviceCodeDigits(value),
  'Static data authentication tag list': tagListMeanings,
  'Terminal action code, default': tvrMeanings,
  'Terminal action code, denial': tvrMeanings,
  'Terminal action code, online': tvrMeanings,
  'Terminal capabilities': bits(TERMINAL_CAPABILITY_BITS),
  'Terminal risk management data': bits(TERMINAL_RISK_MANAGEMENT_BITS),
  'Terminal transaction qualifiers': bits(TTQ_BITS),
  'Terminal type': terminalTypeMeanings,
  'Terminal verification results': tvrMeanings,
  'Third party data': thirdPartyMeanings,
  'Track 2 data, magstripe mode': track2Meanings,
  'Track 2 equivalent data': track2Meanings,
  'Transaction certificate DOL': dolMeanings,
  'Transaction status information': bits(TSI_BITS),
  'Unpredictable number DOL': dolMeanings,
};
