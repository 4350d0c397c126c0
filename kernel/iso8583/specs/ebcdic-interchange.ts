import type { FieldSpec, MessageSpec } from '../spec.ts';
import { ELEMENTS_87 } from './elements-87.ts';
import { EBCDIC, elementsIn } from './notation.ts';

const part = (id: string, name: string, bytes: number): FieldSpec & { readonly id: string } => ({
  id,
  name,
  format: 'b',
  encoding: 'binary',
  length: { kind: 'fixed', length: bytes },
  sensitivity: 'none',
});

/** A header of 22 bytes as card networks have it; its first says how long it is. */
const HEADER: FieldSpec = {
  name: 'Header',
  format: 'b',
  encoding: 'binary',
  length: { kind: 'fixed', length: 22 },
  sensitivity: 'none',
  content: {
    kind: 'positional',
    parts: [
      part('length', 'Header length', 1),
      part('format', 'Header flag and format', 1),
      part('textFormat', 'Text format', 1),
      part('totalLength', 'Total message length', 2),
      part('destination', 'Destination identifier', 3),
      part('source', 'Source identifier', 3),
      part('roundTrip', 'Round-trip control information', 1),
      part('flags', 'Flags', 2),
      part('status', 'Message status flags', 3),
      part('batch', 'Batch number', 1),
      part('reserved', 'Reserved', 3),
      part('userInformation', 'User information', 1),
    ],
  },
};

/**
 * An interchange of the 1987 version in EBCDIC, code page 037, behind a binary header of 22 bytes:
 * the shape of the large card networks, without claiming to be one of them.
 */
export const EBCDIC_INTERCHANGE: MessageSpec = {
  name: 'ebcdic-interchange',
  header: HEADER,
  mtiEncoding: 'cp037',
  bitmapEncoding: 'binary',
  fields: elementsIn(EBCDIC, ELEMENTS_87),
};
