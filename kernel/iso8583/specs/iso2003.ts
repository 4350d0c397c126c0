import type { CompositeSpec, FieldSpec, MessageSpec } from '../spec.ts';
import { BINARY, type ElementRow, elementsIn } from './notation.ts';

/**
 * The data elements of an ISO 8583:2003 authorisation, its reversal and network management. The
 * amounts carry their currency and exponent, the times their century.
 * Source: the lengths as public implementations of the 2003 version have them.
 */
const ELEMENTS: readonly ElementRow[] = [
  [2, 'Primary account number', 'n ..19', 'pan'],
  [3, 'Processing code', 'n 6'],
  [4, 'Amount, transaction', 'n 16'],
  [5, 'Amount, reconciliation', 'n 16'],
  [6, 'Amount, cardholder billing', 'n 16'],
  [7, 'Date and time, transmission', 'n 10'],
  [9, 'Conversion rate, reconciliation', 'n 8'],
  [10, 'Conversion rate, cardholder billing', 'n 8'],
  [11, 'System trace audit number', 'n 12'],
  [12, 'Date and time, local transaction', 'n 14'],
  [13, 'Date, effective', 'n 6'],
  [14, 'Date, expiration', 'n 4'],
  [15, 'Date, settlement', 'n 8'],
  [16, 'Date, conversion', 'n 8'],
  [17, 'Date, capture', 'n 4'],
  [18, 'Message error indicator', 'n 14'],
  [19, 'Country code, acquiring institution', 'n 3'],
  [20, 'Country code, primary account number', 'n 3'],
  [21, 'Transaction life cycle identification data', 'ans ..22'],
  [22, 'Point of service data code', 'b 16'],
  [23, 'Card sequence number', 'n 3'],
  [24, 'Function code', 'n 3'],
  [25, 'Message reason code', 'n 4'],
  [26, 'Merchant category code', 'n 4'],
  [27, 'Point of service capability', 'an 27'],
  [28, 'Date, reconciliation', 'n 8'],
  [29, 'Reconciliation indicator', 'n 3'],
  [30, 'Amounts, original', 'n 32'],
  [31, 'Acquirer reference number', 'n 23'],
  [32, 'Acquiring institution identification code', 'n ..11'],
  [33, 'Forwarding institution identification code', 'n ..11'],
  [35, 'Track 2 data', 'z ..37', 'track'],
  [37, 'Retrieval reference number', 'an 12'],
  [38, 'Approval code', 'an 6'],
  [39, 'Action code', 'n 4'],
  [40, 'Service code', 'n 3'],
  [41, 'Card acceptor terminal identification', 'ans 16'],
  [42, 'Card acceptor identification code', 'ans ..35'],
  [45, 'Track 1 data', 'ans ..76', 'track'],
  [46, 'Amounts, fees', 'ans ...216'],
  [52, 'Personal identification number data', 'b 8', 'pin'],
  [53, 'Security related control information', 'b ..48', 'key'],
  [54, 'Amounts, additional', 'ans ...126'],
  [55, 'Integrated circuit card related data', 'b ...999', 'track'],
  [56, 'Original data elements', 'n ..41'],
  [58, 'Authorising agent institution identification code', 'n ..11'],
  [59, 'Transport data', 'ans ...999', 'key'],
  [64, 'Message authentication code', 'b 8'],
  [71, 'Message number', 'n 8'],
  [72, 'Data record', 'ans ...999', 'key'],
  [93, 'Transaction destination institution identification code', 'n ..11'],
  [94, 'Transaction originator institution identification code', 'n ..11'],
  [96, 'Key management data', 'b ...999', 'key'],
  [102, 'Account identification 1', 'ans ..28', 'pan'],
  [103, 'Account identification 2', 'ans ..28', 'pan'],
  [128, 'Message authentication code', 'b 8'],
];

/** What a dataset holds: BER-TLV objects. Those of ids 01 to 70 are bitmaps, defined per host. */
const DATASET: FieldSpec = {
  name: 'Dataset',
  format: 'b',
  encoding: 'binary',
  length: { kind: 'prefixed', prefixDigits: 4, prefixEncoding: 'binary', max: 995 },
  sensitivity: 'key',
  content: 'ber-tlv-objects',
};

/**
 * Datasets one after the other: an id of one byte, a length of two, the content. Ids from 71 to FE
 * hold BER-TLV. Source: ISO 8583-1:2003, 4.4.2; kept by ISO 8583:2023.
 */
export const DATASETS: CompositeSpec = {
  kind: 'tagged',
  tagLength: 1,
  tagEncoding: 'binary',
  prefixDigits: 4,
  prefixEncoding: 'binary',
  parts: Object.fromEntries(
    Array.from({ length: 0xfe - 0x71 + 1 }, (_, i) => [
      (0x71 + i).toString(16).toUpperCase(),
      DATASET,
    ]),
  ),
};

const WITH_DATASETS: readonly (readonly [number, string])[] = [
  [34, 'Electronic commerce data'],
  [43, 'Card acceptor name and location'],
  [48, 'Additional data, private'],
  [49, 'Verification data'],
  [50, 'Additional data, private'],
];

function datasets(name: string): FieldSpec {
  const length = { kind: 'prefixed', prefixDigits: 4, prefixEncoding: 'bcd', max: 9999 } as const;
  return { name, format: 'b', encoding: 'binary', length, sensitivity: 'key', content: DATASETS };
}

/** ISO 8583:2003 with digits in BCD, and the elements that hold datasets as such. */
export const ISO2003_BINARY: MessageSpec = {
  name: 'iso2003-binary',
  mtiEncoding: 'bcd',
  bitmapEncoding: 'binary',
  fields: {
    ...elementsIn(BINARY, ELEMENTS),
    ...Object.fromEntries(WITH_DATASETS.map(([number, name]) => [number, datasets(name)])),
  },
};
