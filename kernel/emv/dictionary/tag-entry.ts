import type { DolFormat } from '../../tlv/dol.ts';
import type { Sensitivity } from './sensitivity.ts';

/** Those of a DOL, letters only, or a template of other objects. */
export type TagFormat = DolFormat | 'a' | 'template';

/** Who makes a data object. A kernel's own and its configuration are the terminal's. */
export type TagSource = 'terminal' | 'card' | 'issuer' | 'host';

/**
 * A data object as a row: its tag, name, format, length in bytes (or the smallest and the largest),
 * source, the templates it may be found in (none for what a terminal or issuer makes, and for
 * roots), sensitivity (`none` unless told) and the section of the book that defines it, where it is
 * not that of the whole table.
 */
export type TagRow = readonly [
  tag: string,
  name: string,
  format: TagFormat,
  lengthBytes: number | readonly [smallest: number, largest: number],
  source: TagSource,
  templates?: readonly string[],
  sensitivity?: Sensitivity,
  section?: string,
];

/** One data object, in one of the meanings of its tag. */
export interface TagEntry {
  readonly tag: string;
  readonly name: string;
  readonly format: TagFormat;
  /** Smallest and largest length in bytes. */
  readonly lengthBytes: readonly [number, number];
  readonly source: TagSource;
  /** The templates it may be found in; none for what a terminal or issuer makes, and for roots. */
  readonly templates: readonly string[];
  readonly sensitivity: Sensitivity;
  readonly citation: string;
  /** The contactless kernel whose meaning this is; absent where it is the same for all. */
  readonly kernel?: number;
  /** Whether the tag has this meaning within its templates only. */
  readonly inTemplatesOnly: boolean;
}

/** Where a data object stands, which decides what its tag means. */
export interface TagContext {
  /** The contactless kernel, 2 to 8; absent for contact and where it is not known. */
  readonly kernel?: number | undefined;
  /** The tag of the template it lies in; absent for the outermost. */
  readonly template?: string | undefined;
  /** How long its value is, which tells meanings apart where no kernel does. */
  readonly lengthBytes?: number | undefined;
}
