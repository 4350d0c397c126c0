import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { compileSpec } from './compiled-spec.ts';
import type { FieldLength, FieldSpec, MessageSpec } from './spec.ts';

/** Why JSON is no specification; `path` names the member (`fields.55.length.max`). */
export type SpecJsonError = Malformed<'bad-spec'>;

const FORMATS = ['n', 'a', 'an', 'ans', 'z', 'x+n', 'b'];
const ENCODINGS = ['ascii', 'cp037', 'cp1047', 'bcd', 'binary', 'hex', 'hex-cp037'];
const MTI_ENCODINGS = ['ascii', 'cp037', 'cp1047', 'bcd'];
const TAG_ENCODINGS = ['ascii', 'cp037', 'cp1047', 'binary'];
const PREFIXES = ['ascii', 'cp037', 'cp1047', 'bcd', 'binary', 'hex'];
const UNITS = ['digits', 'characters', 'bytes', 'nibbles', undefined];
const SENSITIVITIES = ['none', 'pan', 'track', 'pin', 'key'];
const BITMAPS = ['binary', 'hex', 'hex-cp037'];
const MAX_DEPTH = 8;
const MAX_LENGTH = 99_999;

type Fault = string | undefined;
type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a specification from JSON that came from outside: the members of `MessageSpec` as they are.
 * Everything is checked here, so that a specification that was read can be used.
 */
export function parseMessageSpec(json: unknown): Result<MessageSpec, SpecJsonError> {
  const path = specFault(json);
  if (path !== undefined) return malformed('bad-spec', path, 0);
  // A copy, so that what is made ready cannot change under it.
  const spec = JSON.parse(JSON.stringify(json)) as MessageSpec;
  compileSpec(spec);
  return ok(spec);
}

/** A specification as JSON. */
export function formatMessageSpec(spec: MessageSpec): string {
  return JSON.stringify(spec, undefined, 2);
}

function specFault(json: unknown): Fault {
  if (!isRecord(json)) return '';
  if (typeof json['name'] !== 'string') return 'name';
  if (!MTI_ENCODINGS.includes(json['mtiEncoding'] as string)) return 'mtiEncoding';
  if (!BITMAPS.includes(json['bitmapEncoding'] as string)) return 'bitmapEncoding';
  if (![1, 2, 3, undefined].includes(json['maxBitmaps'] as 1)) return 'maxBitmaps';
  const header = json['header'];
  const headerFault = header === undefined ? undefined : fieldFault(header, 'header', 0);
  // Bits 1 and 65 announce a further bitmap: there is no such field.
  const fields = json['fields'];
  if (json['maxBitmaps'] === 3 && isRecord(fields) && '65' in fields) return 'fields.65';
  const maxBitmaps = (json['maxBitmaps'] ?? 2) as number;
  return headerFault ?? numberedFault(json['fields'], 'fields', 0, maxBitmaps * 64);
}

function numberedFault(json: unknown, path: string, depth: number, most: number): Fault {
  if (!isRecord(json)) return path;
  return firstFault(json, (number, row) => {
    const isNumber = /^[1-9]\d{0,3}$/.test(number) && Number(number) <= most;
    const isAnnouncer = depth === 0 && number === '1';
    const place = `${path}.${number}`;
    return isNumber && !isAnnouncer ? fieldFault(row, place, depth) : place;
  });
}

function fieldFault(json: unknown, path: string, depth: number): Fault {
  if (!isRecord(json) || depth > MAX_DEPTH) return path;
  const { name, format, encoding, length, pad, fill, sensitivity, content } = json as Partial<
    Record<keyof FieldSpec, unknown>
  >;
  if (typeof name !== 'string') return `${path}.name`;
  if (!FORMATS.includes(format as string)) return `${path}.format`;
  if (!ENCODINGS.includes(encoding as string)) return `${path}.encoding`;
  if (!SENSITIVITIES.includes(sensitivity as string)) return `${path}.sensitivity`;
  if (!['left', 'right', undefined].includes(pad as 'left')) return `${path}.pad`;
  const isBytes = format === 'b';
  const isText = encoding === 'ascii' || encoding === 'cp037' || encoding === 'cp1047';
  const takesDigits = format === 'n' || format === 'z' || format === 'x+n';
  if (isBytes ? isText || encoding === 'bcd' : !isText && !(encoding === 'bcd' && takesDigits)) {
    return `${path}.encoding`;
  }
  if (content !== undefined && !isBytes) return `${path}.content`;
  const isFixed = isRecord(length) && length['kind'] === 'fixed';
  if (fill !== undefined && (isBytes || !isFixed)) return `${path}.fill`;
  return (
    lengthFault(length, `${path}.length`, { isText, isBinary: encoding === 'binary' }) ??
    fillFault(fill, `${path}.fill`) ??
    contentFault(content, `${path}.content`, depth)
  );
}

function lengthFault(
  json: unknown,
  path: string,
  { isText, isBinary }: { readonly isText: boolean; readonly isBinary: boolean },
): Fault {
  if (!isRecord(json)) return path;
  const { kind, length, prefixDigits, prefixEncoding, unit, min, max } = json as Partial<
    Record<keyof (FieldLength & { kind: 'prefixed' }) | 'length', unknown>
  >;
  if (kind === 'fixed') return isSize(length) && length > 0 ? undefined : `${path}.length`;
  if (kind !== 'prefixed') return `${path}.kind`;
  if (![1, 2, 3, 4].includes(prefixDigits as number)) return `${path}.prefixDigits`;
  if (!PREFIXES.includes(prefixEncoding as string)) return `${path}.prefixEncoding`;
  const isMeant = isText ? unit !== 'nibbles' : !(isBinary && unit === 'characters');
  if (!UNITS.includes(unit as string) || !isMeant) return `${path}.unit`;
  if (!isSize(max)) return `${path}.max`;
  return min === undefined || (isSize(min) && min <= max) ? undefined : `${path}.min`;
}

function fillFault(json: unknown, path: string): Fault {
  if (json === undefined) return undefined;
  if (!isRecord(json)) return path;
  if (json['side'] !== 'left' && json['side'] !== 'right') return `${path}.side`;
  const { character, strip } = json as Partial<Record<'character' | 'strip', unknown>>;
  if (typeof character !== 'string' || character.length !== 1) return `${path}.character`;
  return strip === undefined || typeof strip === 'boolean' ? undefined : `${path}.strip`;
}

function contentFault(json: unknown, path: string, depth: number): Fault {
  if (json === undefined || json === 'ber-tlv' || json === 'ber-tlv-objects') return undefined;
  if (!isRecord(json)) return path;
  switch (json['kind']) {
    case 'positional':
      return positionalFault(json, path, depth);
    case 'tagged':
      return taggedFault(json, path, depth);
    case 'bitmap': {
      const { bitmapBytes, bitmapEncoding, parts } = json as Record<string, unknown>;
      if (!isSize(bitmapBytes) || bitmapBytes < 1 || bitmapBytes > 64) return `${path}.bitmapBytes`;
      if (!BITMAPS.includes(bitmapEncoding as string)) return `${path}.bitmapEncoding`;
      return numberedFault(parts, `${path}.parts`, depth + 1, bitmapBytes * 8);
    }
    default:
      return `${path}.kind`;
  }
}

function positionalFault(json: Json, path: string, depth: number): Fault {
  const { parts, optionalFrom } = json as Record<string, unknown>;
  if (!Array.isArray(parts) || parts.length === 0) return `${path}.parts`;
  if (optionalFrom !== undefined && !isSize(optionalFrom)) return `${path}.optionalFrom`;
  const ids = new Set<unknown>();
  for (const [index, part] of parts.entries()) {
    const place = `${path}.parts.${index}`;
    const id = isRecord(part) ? part['id'] : undefined;
    if (typeof id !== 'string' || id === '__proto__' || ids.has(id)) return `${place}.id`;
    ids.add(id);
    const fault = fieldFault(part, place, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function taggedFault(json: Json, path: string, depth: number): Fault {
  const { tagLength, tagEncoding, prefixDigits, prefixEncoding, parts } = json as Record<
    string,
    unknown
  >;
  if (!isSize(tagLength) || tagLength < 1 || tagLength > 16) return `${path}.tagLength`;
  if (!TAG_ENCODINGS.includes(tagEncoding as string)) return `${path}.tagEncoding`;
  if (![1, 2, 3, 4].includes(prefixDigits as number)) return `${path}.prefixDigits`;
  if (!PREFIXES.includes(prefixEncoding as string)) return `${path}.prefixEncoding`;
  if (!isRecord(parts)) return `${path}.parts`;
  return firstFault(parts, (tag, row) => fieldFault(row, `${path}.parts.${tag}`, depth + 1));
}

function firstFault(json: Json, faultOf: (name: string, value: unknown) => Fault): Fault {
  for (const [name, value] of Object.entries(json)) {
    const fault = faultOf(name, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isSize(json: unknown): json is number {
  return typeof json === 'number' && Number.isInteger(json) && json >= 0 && json <= MAX_LENGTH;
}

function isRecord(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
