import { malformed, type Result } from '#kernel/bytes/result.ts';
import type { FieldSpec, MessageSpec } from '#kernel/iso8583/spec.ts';
import { parseMessageSpec, type SpecJsonError } from '#kernel/iso8583/spec-json.ts';
import { isObject, VectorInput } from './vector-input.ts';
import type { Json } from './vector-kind.ts';

const PREFIX_DIGITS = { L: 1, LL: 2, LLL: 3, LLLL: 4 } as const;

/**
 * Reads an inline specification of a vector: our own JSON format, or the compact one that gives
 * each field as `{"len": "LL", "lenEnc": "ascii", "max": 19, "enc": "ascii"}` beside `mti` and
 * `bitmap`. Fields of the compact one are looked at for their encoding only, as it says no more.
 */
export function parseInlineSpec(json: Json | undefined): Result<MessageSpec, SpecJsonError> {
  if (!isObject(json) || 'fields' in json) return parseMessageSpec(json);
  const fields: Record<number, FieldSpec> = {};
  const input = new VectorInput(json);
  for (const name of input.names()) {
    if (name === 'mti' || name === 'bitmap') continue;
    const field = compactField(input.object(name));
    if (!/^\d+$/.test(name)) return malformed('bad-spec', name, 0);
    fields[Number(name)] = field;
  }
  const mtiEncoding = input.object('mti').oneOf('enc', ['ascii', 'bcd', 'ebcdic']);
  const bitmap = input.oneOf('bitmap', ['ascii', 'binary', 'ebcdic']);
  if (input.fault) return malformed('bad-spec', input.fault.path, 0);
  return parseMessageSpec({
    name: 'inline',
    mtiEncoding: mtiEncoding === 'ebcdic' ? 'cp037' : mtiEncoding,
    bitmapEncoding: { ascii: 'hex', binary: 'binary', ebcdic: 'hex-cp037' }[bitmap],
    maxBitmaps: 3,
    fields,
  });
}

function compactField(input: VectorInput): FieldSpec {
  const encoding = input.oneOf('enc', ['ascii', 'bcd', 'bcd-right', 'ebcdic', 'binary', 'hex']);
  const isPacked = encoding === 'bcd' || encoding === 'bcd-right';
  const isBytes = encoding === 'binary' || encoding === 'hex';
  const [length, max] = [
    input.oneOf('len', ['fixed', 'L', 'LL', 'LLL', 'LLLL']),
    input.count('max'),
  ];
  const name = isPacked ? 'bcd' : encoding === 'ebcdic' ? 'cp037' : encoding;
  const row = { name: 'Field', encoding: name, sensitivity: 'none' } as const;
  const format = isBytes ? 'b' : isPacked ? 'n' : 'ans';
  if (length === 'fixed') {
    // `bcd` has a filling nibble at its left, `bcd-right` at its right.
    const pad = isPacked && { pad: encoding === 'bcd' ? ('left' as const) : ('right' as const) };
    return { ...row, ...pad, format, length: { kind: 'fixed', length: max } };
  }
  const unit = input.has('lenUnit') ? input.oneOf('lenUnit', ['digits', 'bytes']) : 'bytes';
  const prefix = input.oneOf('lenEnc', ['ascii', 'bin', 'bcd', 'ebcdic']);
  return {
    ...row,
    format,
    ...(isPacked && { pad: encoding === 'bcd' ? ('left' as const) : ('right' as const) }),
    length: {
      kind: 'prefixed',
      prefixDigits: PREFIX_DIGITS[length],
      prefixEncoding: prefix === 'bin' ? 'binary' : prefix === 'ebcdic' ? 'cp037' : prefix,
      max,
      ...(isPacked && { unit }),
    },
  };
}
