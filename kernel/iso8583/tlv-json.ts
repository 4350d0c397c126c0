import { encodeHex, parseHex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import { decodeTlv, encodeTlv, type Tlv, type TlvInput } from '../tlv/ber.ts';
import { isConstructed, isTag } from '../tlv/tag.ts';

/** A BER-TLV object in JSON, bytes in hex. */
export type JsonTlv = {
  readonly tag: string;
  /** Not where a masked template shows its children. */
  readonly value?: string;
  readonly children?: readonly JsonTlv[];
  /** How many bytes the length takes after its first, where it could do with fewer. */
  readonly lengthOctets?: number;
  /** Padding ahead of it and behind the last, where there is any. */
  readonly paddingBefore?: string;
  readonly paddingAfter?: string;
};

/** Why JSON is no BER-TLV. */
export type TlvJsonError = Malformed<'wrong-type' | 'bad-hex' | 'bad-tlv'>;

/** As `decodeTlv` has it. */
const MAX_DEPTH = 16;
const MAX_LENGTH_OCTETS = 4;

/** Objects as a list: an object by tag would keep neither their order nor those that come twice. */
export function tlvToJson(objects: readonly Tlv[]): readonly JsonTlv[] {
  return objects.map(({ tag, value, lengthOctets = 0, paddingBefore, paddingAfter }) => ({
    tag,
    value: encodeHex(value),
    ...(lengthOctets > shortestOctets(value.length) && { lengthOctets }),
    ...(paddingBefore && { paddingBefore: encodeHex(paddingBefore) }),
    ...(paddingAfter && { paddingAfter: encodeHex(paddingAfter) }),
  }));
}

/**
 * Objects from JSON that came from outside: hex of all, a list as `tlvToJson` gives it, where a
 * template may have `children` for its value, or an object by tag, which has no order but that of
 * its members. `path` is where they stand in the message.
 */
export function tlvFromJson(json: unknown, path: string): Result<readonly Tlv[], TlvJsonError> {
  const bytes = typeof json === 'string' ? hexOf(json, path) : encoded(json, path);
  if (!bytes.ok) return bytes;
  const objects = decodeTlv(bytes.value);
  return objects.ok ? objects : malformed('bad-tlv', path, objects.error.offset);
}

function encoded(json: unknown, path: string): Result<Uint8Array, TlvJsonError> {
  const objects = objectsFrom(json, path, 0);
  return objects.ok ? ok(encodeTlv(objects.value)) : objects;
}

function objectsFrom(
  json: unknown,
  path: string,
  depth: number,
): Result<readonly TlvInput[], TlvJsonError> {
  if (depth > MAX_DEPTH) return malformed('bad-tlv', path, 0);
  const rows: readonly unknown[] | undefined = Array.isArray(json)
    ? json
    : isRecord(json)
      ? Object.entries(json).map(([tag, content]) =>
          typeof content === 'string' ? { tag, value: content } : { tag, children: content },
        )
      : undefined;
  if (!rows) return malformed('wrong-type', path, 0);
  const objects: TlvInput[] = [];
  for (const row of rows) {
    const object = objectFrom(row, path, depth);
    if (!object.ok) return object;
    objects.push(object.value);
  }
  return ok(objects);
}

function objectFrom(json: unknown, path: string, depth: number): Result<TlvInput, TlvJsonError> {
  if (!isRecord(json) || typeof json['tag'] !== 'string') return malformed('wrong-type', path, 0);
  const { value, children, lengthOctets = 0, paddingBefore = '', paddingAfter = '' } = json;
  const tag = json['tag'].toUpperCase();
  const place = `${path}.${tag}`;
  if (!parseHex(tag).ok) return malformed('bad-hex', place, 0);
  if (!isTag(tag)) return malformed('bad-tlv', place, 0);
  if (!isLengthOctets(lengthOctets)) return malformed('wrong-type', place, 0);
  const [before, after] = [hexOf(paddingBefore, place), hexOf(paddingAfter, place)];
  if (!before.ok) return before;
  if (!after.ok) return after;
  const around = { lengthOctets, paddingBefore: before.value, paddingAfter: after.value };
  if (value === undefined && isConstructed(tag)) {
    const inner = objectsFrom(children, place, depth + 1);
    return inner.ok ? ok({ tag, children: inner.value, ...around }) : inner;
  }
  const bytes = hexOf(value, place);
  return bytes.ok ? ok({ tag, value: bytes.value, ...around }) : bytes;
}

function hexOf(json: unknown, path: string): Result<Uint8Array, TlvJsonError> {
  if (typeof json !== 'string') return malformed('wrong-type', path, 0);
  const bytes = parseHex(json);
  return bytes.ok ? bytes : malformed('bad-hex', path, bytes.error.offset);
}

function isLengthOctets(json: unknown): json is number {
  return Number.isInteger(json) && (json as number) >= 0 && (json as number) <= MAX_LENGTH_OCTETS;
}

function shortestOctets(length: number): number {
  return length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 3;
}

function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
