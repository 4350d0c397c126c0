import type { DolFormat } from '../../tlv/dol.ts';
import type { Sensitivity } from './sensitivity.ts';

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
