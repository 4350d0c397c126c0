import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';

/** The versions: how the block is protected. ANSI X9.143:2021, 5.1; ISO 20038 for E. */
export const KEY_BLOCK_VERSIONS = ['A', 'B', 'C', 'D', 'E'] as const;

/** One of `KEY_BLOCK_VERSIONS`. */
export type KeyBlockVersion = (typeof KEY_BLOCK_VERSIONS)[number];

/** An optional block: two characters that say what it is, and its data as text. */
export interface OptionalBlock {
  readonly id: string;
  readonly data: string;
}

/** What the header says, without lengths. `keyUsage` and the others: `key-block-codes.ts`. */
export interface KeyBlockHeader {
  readonly version: KeyBlockVersion;
  /** Two characters, for example `P0`. */
  readonly keyUsage: string;
  /** One character, for example `A`. */
  readonly algorithm: string;
  /** One character, for example `E`. */
  readonly modeOfUse: string;
  /** Two characters; `00` where keys have no versions. */
  readonly keyVersion: string;
  /** One character, for example `N`. */
  readonly exportability: string;
  /** Without the block that only fills (`PB`). */
  readonly optionalBlocks: readonly OptionalBlock[];
}

/** Why a header is refused. */
export type KeyBlockHeaderError = Malformed<
  | 'block-truncated'
  | 'bad-version'
  | 'bad-block-length'
  | 'bad-key-usage'
  | 'bad-algorithm'
  | 'bad-mode-of-use'
  | 'bad-key-version'
  | 'bad-exportability'
  | 'bad-reserved'
  | 'bad-optional-block'
  | 'bad-character'
>;

/** A header as it was read: what it says, and where the enciphered part begins. */
export interface ReadHeader {
  readonly header: KeyBlockHeader;
  /** All characters up to there, optional blocks with them. */
  readonly text: string;
}

const FIXED_CHARACTERS = 16;
const MAX_CHARACTERS = 9992;
/** Their number stands in two digits. */
const MAX_OPTIONAL_BLOCKS = 99;

/** The whole block is this many bytes or a multiple, as its header must be too. */
export function blockBytesOf(version: KeyBlockVersion): 8 | 16 {
  return version === 'D' || version === 'E' ? 16 : 8;
}

/**
 * Reads the header of a key block, whose stated length must be that of the block. Errors say what
 * is wrong; `offset` counts characters.
 */
export function parseKeyBlockHeader(block: string): Result<ReadHeader, KeyBlockHeaderError> {
  const bad = block.search(/[^\x20-\x7e]/);
  if (bad >= 0) return malformed('bad-character', 'header', bad);
  if (block.length < FIXED_CHARACTERS) {
    return malformed('block-truncated', 'header', block.length);
  }
  const version = KEY_BLOCK_VERSIONS.find((known) => known === block[0]);
  if (!version) return malformed('bad-version', 'header.version', 0);
  const length = block.slice(1, 5);
  if (!/^\d{4}$/.test(length) || Number(length) !== block.length) {
    return malformed('bad-block-length', 'header.length', 1);
  }
  const fields = {
    keyUsage: block.slice(5, 7),
    algorithm: block.slice(7, 8),
    modeOfUse: block.slice(8, 9),
    keyVersion: block.slice(9, 11),
    exportability: block.slice(11, 12),
  };
  const fault = fieldFault(fields, block);
  if (fault) return fault;
  const blocks = optionalBlocksOf(block, Number(block.slice(12, 14)));
  if (!blocks.ok) return blocks;
  const { end, optionalBlocks } = blocks.value;
  // Version E needs no whole blocks: it enciphers in counter mode.
  if (version !== 'E' && end % blockBytesOf(version) !== 0) {
    return malformed('bad-optional-block', 'header.optionalBlocks', end);
  }
  return ok({ header: { version, ...fields, optionalBlocks }, text: block.slice(0, end) });
}

/**
 * Writes a header for a block whose enciphered key and MAC take `bodyCharacters`. Optional blocks
 * that do not come to whole blocks are filled up with one more (`PB`).
 */
export function formatKeyBlockHeader(
  header: KeyBlockHeader,
  bodyCharacters: number,
): Result<string, KeyBlockHeaderError> {
  const optional = formatOptionalBlocks(header);
  if (!optional.ok) return optional;
  const { text, count } = optional.value;
  const length = FIXED_CHARACTERS + text.length + bodyCharacters;
  if (length > MAX_CHARACTERS) return malformed('bad-block-length', 'header.length', 1);
  const { version, keyUsage, algorithm, modeOfUse, keyVersion, exportability } = header;
  const fixed = [
    `${version}${String(length).padStart(4, '0')}`,
    `${keyUsage}${algorithm}${modeOfUse}${keyVersion}${exportability}`,
    `${String(count).padStart(2, '0')}00`,
  ].join('');
  if (!KEY_BLOCK_VERSIONS.includes(version)) return malformed('bad-version', 'header.version', 0);
  const fault = fixed.length === FIXED_CHARACTERS ? fieldFault(header, fixed) : undefined;
  if (fixed.length !== FIXED_CHARACTERS) return malformed('bad-character', 'header', 0);
  return fault ?? ok(fixed + text);
}

type HeaderFields = Omit<KeyBlockHeader, 'version' | 'optionalBlocks'>;

/** X9.143:2021, 5.1: letters and digits; the key version may have a `c` for a component. */
function fieldFault(fields: HeaderFields, block: string) {
  const { keyUsage, algorithm, modeOfUse, keyVersion, exportability } = fields;
  if (!/^[A-Z0-9]{2}$/.test(keyUsage)) return malformed('bad-key-usage', 'header.keyUsage', 5);
  if (!/^[A-Z0-9]$/.test(algorithm)) return malformed('bad-algorithm', 'header.algorithm', 7);
  if (!/^[A-Z0-9]$/.test(modeOfUse)) return malformed('bad-mode-of-use', 'header.modeOfUse', 8);
  if (!/^[A-Za-z0-9]{2}$/.test(keyVersion)) {
    return malformed('bad-key-version', 'header.keyVersion', 9);
  }
  if (!/^[A-Z0-9]$/.test(exportability)) {
    return malformed('bad-exportability', 'header.exportability', 11);
  }
  const count = block.slice(12, 14);
  if (!/^\d\d$/.test(count)) return malformed('bad-optional-block', 'header.optionalBlocks', 12);
  return /^\d\d$/.test(block.slice(14, 16))
    ? undefined
    : malformed('bad-reserved', 'header.reserved', 14);
}

interface OptionalBlocks {
  readonly optionalBlocks: readonly OptionalBlock[];
  readonly end: number;
}

/**
 * Reads this many optional blocks. An extended length says first how long it is itself: in digits
 * as in the example of X9.143:2021, 8.5, or in bytes of two digits as TR-31:2018 is read by many.
 * What cannot be the one is read as the other; the MAC tells whether that was right.
 */
function optionalBlocksOf(
  block: string,
  count: number,
): Result<OptionalBlocks, KeyBlockHeaderError> {
  const inDigits = readOptionalBlocks(block, count, 1);
  const read = inDigits.ok ? inDigits : readOptionalBlocks(block, count, 2);
  return read.ok ? read : inDigits;
}

function readOptionalBlocks(
  block: string,
  count: number,
  digitsPerUnit: 1 | 2,
): Result<OptionalBlocks, KeyBlockHeaderError> {
  const optionalBlocks: OptionalBlock[] = [];
  let at = FIXED_CHARACTERS;
  for (let index = 0; index < count; index++) {
    const path = `header.optionalBlocks.${index}`;
    const id = block.slice(at, at + 2);
    if (!/^[A-Z0-9]{2}$/.test(id)) return malformed('bad-optional-block', path, at);
    const size = optionalBlockSize(block, at, digitsPerUnit);
    if (!size || size.characters < size.head || at + size.characters > block.length) {
      return malformed('bad-optional-block', path, at + 2);
    }
    const data = block.slice(at + size.head, at + size.characters);
    const isFill = id === 'PB';
    if (isFill && index !== count - 1) return malformed('bad-optional-block', path, at);
    if (!isFill) optionalBlocks.push({ id, data });
    at += size.characters;
  }
  return ok({ optionalBlocks, end: at });
}

/**
 * How long an optional block is and how much of it is its head: a length of two hex digits, or `00`
 * and how much of a length follows (X9.143:2021, 5.4).
 */
function optionalBlockSize(
  block: string,
  at: number,
  digitsPerUnit: 1 | 2,
): { readonly characters: number; readonly head: number } | undefined {
  const short = hexNumber(block.slice(at + 2, at + 4), 2);
  if (short === undefined) return undefined;
  if (short !== 0) return { characters: short, head: 4 };
  const digits = (hexNumber(block.slice(at + 4, at + 6), 2) ?? 0) * digitsPerUnit;
  if (digits === 0 || digits > 8) return undefined;
  const characters = hexNumber(block.slice(at + 6, at + 6 + digits), digits);
  return characters === undefined ? undefined : { characters, head: 6 + digits };
}

function hexNumber(text: string, digits: number): number | undefined {
  if (text.length !== digits || !/^[0-9A-F]+$/.test(text)) return undefined;
  return Number.parseInt(text, 16);
}

function formatOptionalBlocks(
  header: KeyBlockHeader,
): Result<{ text: string; count: number }, KeyBlockHeaderError> {
  let text = '';
  for (const [index, { id, data }] of header.optionalBlocks.entries()) {
    const isText = /^[\x20-\x7e]*$/.test(data);
    if (!/^[A-Z0-9]{2}$/.test(id) || id === 'PB' || !isText) {
      return malformed('bad-optional-block', `header.optionalBlocks.${index}`, 0);
    }
    text += id + lengthOf(data) + data;
  }
  const blockBytes = blockBytesOf(header.version);
  const spare = (FIXED_CHARACTERS + text.length) % blockBytes;
  const count = header.optionalBlocks.length + (spare === 0 ? 0 : 1);
  if (count > MAX_OPTIONAL_BLOCKS || text.length > MAX_CHARACTERS) {
    return malformed('bad-optional-block', 'header.optionalBlocks', 0);
  }
  if (spare === 0) return ok({ text, count });
  const fill = blockBytes - spare < 4 ? 2 * blockBytes - spare : blockBytes - spare;
  const length = fill.toString(16).toUpperCase().padStart(2, '0');
  return ok({ text: `${text}PB${length}${'0'.repeat(fill - 4)}`, count });
}

function lengthOf(data: string): string {
  const short = data.length + 4;
  if (short <= 0xff) return short.toString(16).toUpperCase().padStart(2, '0');
  return `0004${(data.length + 10).toString(16).toUpperCase().padStart(4, '0')}`;
}
