import type { PlainSpec } from '../spec.ts';
import { ELEMENTS_87 } from './elements-87.ts';
import { ASCII, BINARY, elementsIn } from './notation.ts';

/** ISO 8583:1987 in printable ASCII: bitmap and bytes as hex digits. */
export const ISO87_ASCII: PlainSpec = {
  name: 'iso87-ascii',
  mtiEncoding: 'ascii',
  bitmapEncoding: 'hex',
  fields: elementsIn(ASCII, ELEMENTS_87),
};

/** ISO 8583:1987 with digits in BCD, and bitmap and bytes as they are. */
export const ISO87_BINARY: PlainSpec = {
  name: 'iso87-binary',
  mtiEncoding: 'bcd',
  bitmapEncoding: 'binary',
  fields: elementsIn(BINARY, ELEMENTS_87),
};
