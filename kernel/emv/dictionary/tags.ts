import type { DolFormat } from '../../tlv/dol.ts';
import { BIOMETRIC_ROWS } from './biometric-rows.ts';
import { BOOK3_ROWS } from './book3-rows.ts';
import { CONTACTLESS_ROWS } from './contactless-rows.ts';
import { KERNEL2_ROWS } from './kernel2-rows.ts';
import { KERNEL3_ROWS } from './kernel3-rows.ts';
import { KERNEL4_ROWS } from './kernel4-rows.ts';
import { KERNEL8_ROWS } from './kernel8-rows.ts';
import { MASTERCARD_ROWS } from './mastercard-rows.ts';
import { SCORING_ROWS } from './scoring-rows.ts';
import type { Sensitivity } from './sensitivity.ts';
import type { TagContext, TagEntry, TagRow } from './tag-entry.ts';
import { VISA_ROWS } from './visa-rows.ts';

/** Rows of one book. */
interface TagTable {
  readonly book: string;
  /** Where in the book, unless the row says. */
  readonly section: string;
  readonly rows: readonly TagRow[];
  /** The kernel whose meanings these are. */
  readonly kernel?: number;
  /** Whether the rows hold within their templates only. */
  readonly inTemplatesOnly?: boolean;
}

/** Where nothing is known of the context, the first meaning of a tag is taken. */
const TABLES: readonly TagTable[] = [
  { book: 'EMV 4.4 Book 3', section: 'annex A', rows: BIOMETRIC_ROWS, inTemplatesOnly: true },
  { book: 'EMV 4.4 Book 3', section: 'annex A', rows: BOOK3_ROWS },
  { book: 'EMV Contactless', section: 'Book A', rows: CONTACTLESS_ROWS },
  { book: 'EMV Contactless Book C-3', section: 'annex A.2', rows: KERNEL3_ROWS, kernel: 3 },
  { book: 'EMV Contactless Book C-2', section: 'annex A.1', rows: KERNEL2_ROWS, kernel: 2 },
  { book: 'EMV Contactless Book C-8', section: 'annex A.1', rows: KERNEL8_ROWS, kernel: 8 },
  { book: 'EMV Contactless Book C-4', section: '4.3', rows: KERNEL4_ROWS, kernel: 4 },
  { book: 'Visa', section: 'as publicly described', rows: VISA_ROWS },
  { book: 'M/Chip', section: 'as publicly described', rows: MASTERCARD_ROWS },
  { book: 'Tessera scoring dataset', section: 'DE 60 and DE 61', rows: SCORING_ROWS },
];

type AnyRow =
  | (typeof BIOMETRIC_ROWS)[number]
  | (typeof BOOK3_ROWS)[number]
  | (typeof CONTACTLESS_ROWS)[number]
  | (typeof KERNEL2_ROWS)[number]
  | (typeof KERNEL3_ROWS)[number]
  | (typeof KERNEL4_ROWS)[number]
  | (typeof KERNEL8_ROWS)[number]
  | (typeof MASTERCARD_ROWS)[number]
  | (typeof SCORING_ROWS)[number]
  | (typeof VISA_ROWS)[number];

/** A tag that the dictionary knows. */
export type KnownTag = AnyRow[0];

/** The name of a data element; one name has one meaning, whatever its tag. */
export type TagName = AnyRow[1];

/** All meanings of all tags, in the order in which they are preferred. */
export const TAG_ENTRIES: readonly TagEntry[] = TABLES.flatMap((table) =>
  table.rows.map((row) => entryOf(table, row)),
);

const BY_TAG: ReadonlyMap<string, readonly TagEntry[]> = groupByTag(TAG_ENTRIES);

/**
 * What a tag (upper-case hex) means where it stands, if the dictionary knows: the kernel's own
 * meaning, else that of the template, else the first that may have such a length. Another kernel's
 * meaning is given only where there is no other.
 */
export function tagEntry(tag: string, context: TagContext = {}): TagEntry | undefined {
  const entries = candidates(tag, context);
  const { kernel, lengthBytes } = context;
  const own = kernel === undefined ? undefined : entries.find((entry) => entry.kernel === kernel);
  if (own || lengthBytes === undefined) return own ?? entries[0];
  const fits = ({ lengthBytes: [smallest, largest] }: TagEntry): boolean =>
    smallest <= lengthBytes && lengthBytes <= largest;
  return entries.find(fits) ?? entries[0];
}

/**
 * How sensitive the value of a tag is: as sensitive as the worst of what the tag may mean where it
 * stands. Nothing for a tag that is not known.
 */
export function tagSensitivity(tag: string, context: TagContext = {}): Sensitivity | undefined {
  const found = new Set(candidates(tag, context).map(({ sensitivity }) => sensitivity));
  return STRICTEST_FIRST.find((sensitivity) => found.has(sensitivity));
}

/** How a DOL lays out the value of a tag; bytes where the dictionary does not say otherwise. */
export function dolFormat(tag: string, kernel?: number): DolFormat {
  const format = tagEntry(tag, { kernel })?.format;
  if (format === undefined || format === 'template') return 'b';
  return format === 'a' ? 'an' : format;
}

const STRICTEST_FIRST: readonly Sensitivity[] = ['key', 'pin', 'track', 'pan', 'none'];

function candidates(tag: string, { kernel, template }: TagContext): readonly TagEntry[] {
  const all = BY_TAG.get(tag) ?? [];
  const here = all.filter(
    ({ inTemplatesOnly, templates }) =>
      !inTemplatesOnly || (template !== undefined && templates.includes(template)),
  );
  const possible = here.filter(
    (entry) => kernel === undefined || entry.kernel === undefined || entry.kernel === kernel,
  );
  if (possible.length > 0) return possible;
  return here.length > 0 ? here : all;
}

function entryOf(table: TagTable, row: TagRow): TagEntry {
  const { book, section: tableSection, kernel, inTemplatesOnly = false } = table;
  const [tag, name, format, length, source, templates = [], sensitivity = 'none', section] = row;
  const lengthBytes = typeof length === 'number' ? ([length, length] as const) : length;
  const citation = `${book}, ${section ?? tableSection}`;
  const entry = { tag, name, format, lengthBytes, source, templates, sensitivity, citation };
  return { ...entry, inTemplatesOnly, ...(kernel !== undefined && { kernel }) };
}

function groupByTag(entries: readonly TagEntry[]): ReadonlyMap<string, readonly TagEntry[]> {
  const groups = new Map<string, TagEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.tag);
    if (group) group.push(entry);
    else groups.set(entry.tag, [entry]);
  }
  return groups;
}
