import { decodeLatin1 } from '../../bytes/ascii.ts';

/**
 * What an authorisation response code (8A) says. Source: EMV 4.4 Book 4, A6 (what a terminal sets);
 * ISO 8583:1987, response codes (what an issuer sets).
 */
export function responseCodeMeanings(value: Uint8Array): readonly string[] {
  const code = decodeLatin1(value);
  const meaning = CODES[code];
  return [meaning ?? "The issuer's or scheme's own"];
}

const CODES: Readonly<Record<string, string>> = {
  '00': 'Approved',
  '01': 'Refer to card issuer',
  '02': 'Refer to card issuer, special condition',
  '03': 'Invalid merchant',
  '04': 'Pick up card',
  '05': 'Do not honour',
  '06': 'Error',
  '08': 'Honour with identification',
  '10': 'Approved for partial amount',
  '12': 'Invalid transaction',
  '13': 'Invalid amount',
  '14': 'Invalid card number',
  '15': 'No such issuer',
  '19': 'Enter the transaction again',
  '30': 'Format error',
  '41': 'Lost card',
  '43': 'Stolen card',
  '51': 'Not sufficient funds',
  '54': 'Expired card',
  '55': 'Incorrect PIN',
  '57': 'Transaction not permitted to cardholder',
  '58': 'Transaction not permitted to terminal',
  '61': 'Exceeds withdrawal amount limit',
  '62': 'Restricted card',
  '63': 'Security violation',
  '65': 'Exceeds withdrawal frequency limit',
  '75': 'PIN tries exceeded',
  '91': 'Issuer or switch inoperative',
  '96': 'System malfunction',
  Y1: 'Offline approved',
  Z1: 'Offline declined',
  Y2: 'Approved after a referral by the card',
  Z2: 'Declined after a referral by the card',
  Y3: 'Unable to go online, offline approved',
  Z3: 'Unable to go online, offline declined',
};
