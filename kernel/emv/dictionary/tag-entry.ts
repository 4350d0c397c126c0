import type { Sensitivity } from './sensitivity.ts';

/** How a value is written, which decides where a DOL cuts or fills it. Source: Book 3, 4.3. */
export type DolFormat = 'n' | 'cn' | 'b' | 'an' | 'ans';

/** Those of a DOL, letters only, or a template of other objects. */
export type TagFormat = DolFormat | 'a' | 'template';

/** One data object. */
export interface TagEntry {
  readonly tag: string;
  readonly name: string;
  readonly format: TagFormat;
  /** Smallest and largest length in bytes. */
  readonly lengthBytes: readonly [number, number];
  readonly source: 'terminal' | 'card' | 'issuer' | 'host';
  /** The templates it may be found in; none for what a terminal or issuer makes, and for roots. */
  readonly templates: readonly string[];
  readonly sensitivity: Sensitivity;
  readonly citation: string;
}
