import type { MessageSpec } from '../spec.ts';
import { EBCDIC_INTERCHANGE } from './ebcdic-interchange.ts';
import { ISO87_ASCII, ISO87_BINARY } from './iso87.ts';
import { ISO93_ASCII, ISO93_BINARY } from './iso93.ts';
import { ISO2003_BINARY } from './iso2003.ts';
import { POSTILION_LIKE } from './postilion.ts';
import { TESSERA_HOST } from './tessera-host.ts';

/** The specifications that come with the kernel. */
export const SHIPPED_SPECS: readonly MessageSpec[] = [
  ISO87_ASCII,
  ISO87_BINARY,
  ISO93_ASCII,
  ISO93_BINARY,
  ISO2003_BINARY,
  EBCDIC_INTERCHANGE,
  POSTILION_LIKE,
  TESSERA_HOST,
];

/** A shipped specification by its name. */
export function findSpec(name: string): MessageSpec | undefined {
  return SHIPPED_SPECS.find((spec) => spec.name === name);
}
