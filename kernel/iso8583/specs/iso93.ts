import type { PlainSpec } from '../spec.ts';
import { ELEMENTS_93 } from './elements-93.ts';
import { ASCII, BINARY, elementsIn } from './notation.ts';

/** ISO 8583:1993 in printable ASCII: bitmap and bytes as hex digits. */
export const ISO93_ASCII: PlainSpec = {
  name: 'iso93-ascii',
  mtiEncoding: 'ascii',
  bitmapEncoding: 'hex',
  fields: elementsIn(ASCII, ELEMENTS_93),
};

/** ISO 8583:1993 with digits in BCD, and bitmap and bytes as they are. */
export const ISO93_BINARY: PlainSpec = {
  name: 'iso93-binary',
  mtiEncoding: 'bcd',
  bitmapEncoding: 'binary',
  fields: elementsIn(BINARY, ELEMENTS_93),
};
