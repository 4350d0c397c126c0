import type { CompositeSpec, FieldSpec, MessageSpec } from '../spec.ts';
import { ELEMENTS_87 } from './elements-87.ts';
import { ASCII, type ElementRow, elementIn, elementsIn } from './notation.ts';

const DIALECT = { ...ASCII, bytes: 'binary' } as const;

/** Parts of 127.25, the ICC data; each may be there. */
const ICC_PARTS: readonly ElementRow[] = [
  [2, 'Amount authorised', 'n 12'],
  [3, 'Amount other', 'n 12'],
  [4, 'Application identifier', 'an ..32'],
  [5, 'Application interchange profile', 'an 4'],
  [6, 'Application transaction counter', 'an 4'],
  [7, 'Application usage control', 'an 4'],
  [8, 'Authorisation response code', 'an 2'],
  [12, 'Cryptogram', 'an 16'],
  [13, 'Cryptogram information data', 'an 2'],
  [14, 'CVM list', 'an ...504'],
  [15, 'CVM results', 'an 6'],
  [16, 'Interface device serial number', 'an 8'],
  [18, 'Issuer application data', 'an ..64'],
  [20, 'Terminal application version number', 'an 4'],
  [21, 'Terminal capabilities', 'an 6'],
  [22, 'Terminal country code', 'n 3'],
  [23, 'Terminal type', 'n 2'],
  [24, 'Terminal verification result', 'an 10'],
  [26, 'Transaction currency code', 'n 3'],
  [27, 'Transaction date', 'n 6'],
  [29, 'Transaction type', 'n 2'],
  [30, 'Unpredictable number', 'an 8'],
];

/** Parts of 127. */
const PRIVATE_PARTS: readonly ElementRow[] = [
  [2, 'Switch key', 'ans ..32'],
  [3, 'Routing information', 'ans 48'],
  [4, 'POS data', 'ans 22'],
  [5, 'Service station data', 'ans 73'],
  [6, 'Authorisation profile', 'n 2'],
  [7, 'Check data', 'ans ..50', 'key'],
  [8, 'Retention data', 'ans ...999', 'key'],
  [9, 'Additional node data', 'ans ...255', 'key'],
  [10, 'CVV2', 'n 3', 'pin'],
  [11, 'Original key', 'ans ..32'],
  [12, 'Terminal owner', 'ans ..25'],
  [13, 'POS geographic data', 'ans 17'],
  [14, 'Sponsor bank', 'ans 8'],
  [20, 'Originator settlement date', 'n 8'],
  [22, 'Structured data', 'ans ....9999', 'key'],
  [26, 'Original node', 'ans ..12'],
  [33, 'Extended transaction type', 'n 4'],
];

function bitmapField(name: string, prefixDigits: 4, content: CompositeSpec): FieldSpec {
  return {
    name,
    format: 'b',
    encoding: 'binary',
    length: { kind: 'prefixed', prefixDigits, prefixEncoding: 'ascii', max: 9999 },
    sensitivity: 'none',
    content,
  };
}

const ICC_DATA = bitmapField('ICC data', 4, {
  kind: 'bitmap',
  bitmapEncoding: 'binary',
  bitmapBytes: 8,
  parts: elementsIn(DIALECT, ICC_PARTS),
});

/**
 * A host of the Postilion kind: ISO 8583:1987 in ASCII with a binary bitmap, DE 123 and 127, where
 * 127 has a bitmap of its own and in it 127.25, the ICC data, again one. Source: the layout as
 * public implementations have it.
 */
export const POSTILION_LIKE: MessageSpec = {
  name: 'postilion-like',
  mtiEncoding: 'ascii',
  bitmapEncoding: 'binary',
  fields: {
    ...elementsIn(DIALECT, ELEMENTS_87),
    123: elementIn(DIALECT, [123, 'POS data code', 'an ...15']),
    127: bitmapField('Private data', 4, {
      kind: 'bitmap',
      bitmapEncoding: 'binary',
      bitmapBytes: 8,
      parts: { ...elementsIn(DIALECT, PRIVATE_PARTS), 25: ICC_DATA },
    }),
  },
};
