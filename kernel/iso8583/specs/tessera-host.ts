import type { PlainSpec } from '../spec.ts';
import { BINARY, type ElementRow, elementIn, elementsIn, type PlainField } from './notation.ts';

const tlv = (number: number, name: string, format = 'b ...255'): PlainField => ({
  ...elementIn(BINARY, [number, name, format]),
  content: 'ber-tlv',
});

const ELEMENTS: readonly ElementRow[] = [
  [2, 'Primary account number', 'n ..19', 'pan'],
  [3, 'Processing code', 'n 6'],
  [4, 'Amount, transaction', 'n 12'],
  [7, 'Transmission date and time', 'n 10'],
  [11, 'System trace audit number', 'n 6'],
  [12, 'Time, local transaction', 'n 6'],
  [13, 'Date, local transaction', 'n 4'],
  [14, 'Date, expiration', 'n 4'],
  [22, 'Point of service entry mode', 'n 3'],
  [23, 'Card sequence number', 'n 3'],
  [25, 'Point of service condition code', 'n 2'],
  [35, 'Track 2 data', 'z ..37', 'track'],
  [37, 'Retrieval reference number', 'an 12'],
  [38, 'Authorisation identification response', 'an 6'],
  [39, 'Response code', 'an 2'],
  [41, 'Card acceptor terminal identification', 'ans 8'],
  [42, 'Card acceptor identification code', 'ans 15'],
  [49, 'Currency code, transaction', 'n 3'],
  [50, 'Currency code, settlement', 'n 3'],
  [52, 'PIN data', 'b 8', 'pin'],
  [53, 'Security related control information', 'b ..48', 'key'],
  [54, 'Additional amounts', 'an ...120'],
  [62, 'Key block', 'ans ...255', 'key'],
  [64, 'Message authentication code', 'b 8'],
  [66, 'Settlement code', 'n 1'],
  [70, 'Network management information code', 'n 3'],
  [74, 'Credits, number', 'n 10'],
  [76, 'Debits, number', 'n 10'],
  [86, 'Credits, amount', 'n 16'],
  [88, 'Debits, amount', 'n 16'],
  [90, 'Original data elements', 'n 42'],
  [97, 'Amount, net settlement', 'x+n 16'],
  [128, 'Message authentication code', 'b 8'],
];

/**
 * The messages between a Tessera terminal and its acquirer host: ISO 8583:1987, numeric fields in
 * BCD, binary bitmaps. DE 60 carries the scoring dataset and DE 61 the scoring answer, both BER-TLV
 * (`kernel/transaction/scoring-dataset.ts`), DE 48 what else there is to say
 * (`kernel/transaction/additional-data.ts`), DE 53 the key serial number of the PIN's key, DE 62 a
 * new key as an ANSI X9.143 key block. What is about an earlier message carries no card data: DE 90
 * names the original. Every message ends in a MAC, DE 64, or DE 128 when the secondary bitmap is
 * present.
 */
export const TESSERA_HOST: PlainSpec = {
  name: 'tessera-host-87',
  mtiEncoding: 'bcd',
  bitmapEncoding: 'binary',
  fields: {
    ...elementsIn(BINARY, ELEMENTS),
    48: tlv(48, 'Additional data'),
    55: tlv(55, 'ICC system-related data'),
    60: tlv(60, 'Scoring dataset', 'b ...999'),
    61: tlv(61, 'Scoring answer'),
  },
};
