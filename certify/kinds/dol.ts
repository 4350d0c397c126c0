import { encodeHex, parseHex } from '#kernel/bytes/hex.ts';
import { fail, ok } from '#kernel/bytes/result.ts';
import { dolFormat } from '#kernel/emv/dictionary/tags.ts';
import { buildDol, type DolEntry, type DolFormat, parseDol } from '#kernel/tlv/dol.ts';
import { VectorInput } from '../vector-input.ts';
import type { Damage, JsonObject, Mutation, VectorKind } from '../vector-kind.ts';

/**
 * The values a data object list asks for. Formats are the dictionary's where `formats` does not
 * name the tag.
 */
export const dolBuild: VectorKind = {
  kind: 'dol.build',
  run(members) {
    const input = new VectorInput(members);
    const dol = input.bytes('dol');
    const data = readData(input.object('data'));
    const formats = readFormats(input.has('formats') ? input.object('formats') : undefined);
    if (input.fault) return fail(input.fault);
    const entries = parseDol(dol);
    if (!entries.ok) return entries;
    const formatOf = (tag: string): DolFormat => formats.get(tag) ?? dolFormat(tag);
    return ok({ hex: encodeHex(buildDol(entries.value, (tag) => data.get(tag), formatOf)) });
  },
  *mutations(members) {
    const dol = parseHex(String(members['dol']));
    const entries = dol.ok ? parseDol(dol.value) : undefined;
    if (dol.ok && entries?.ok) yield* damagedLists(members, dol.value, entries.value);
    const data = members['data'] as JsonObject;
    for (const [tag, value] of Object.entries(data)) {
      const wrong = { ...members, data: { ...data, [tag]: `${value}0` } };
      yield { damage: 'digit', name: `half a byte of ${tag}`, input: wrong };
    }
  },
};

const FORMATS = ['n', 'cn', 'b', 'an', 'ans'] as const;

function readData(data: VectorInput): ReadonlyMap<string, Uint8Array> {
  return new Map(data.names().map((tag) => [tag.toUpperCase(), data.bytes(tag)]));
}

function readFormats(formats: VectorInput | undefined): ReadonlyMap<string, DolFormat> {
  const names = formats?.names() ?? [];
  return new Map(names.map((tag) => [tag.toUpperCase(), formats?.oneOf(tag, FORMATS) ?? 'b']));
}

/**
 * A list has no end mark either: cut behind an entry it is a shorter list, and is not made. Any
 * length is right, so that only tags and what is not whole can be wrong.
 */
function* damagedLists(
  members: JsonObject,
  dol: Uint8Array,
  entries: readonly DolEntry[],
): Iterable<Mutation> {
  const mutation = (damage: Damage, name: string, bytes: Uint8Array): Mutation => {
    return { damage, name, input: { ...members, dol: encodeHex(bytes) } };
  };
  let start = 0;
  for (const { tag } of entries) {
    const end = start + tag.length / 2 + 1;
    for (let length = start + 1; length < end; length++) {
      yield mutation('truncation', `cut to ${length} bytes`, dol.subarray(0, length));
    }
    for (const wrong of ['9FFFFFFF', '00']) {
      const bytes = `${encodeHex(dol.subarray(0, start))}${wrong}${encodeHex(dol.subarray(end))}`;
      yield {
        ...mutation('tag', `tag ${wrong} at ${start}`, dol),
        input: { ...members, dol: bytes },
      };
    }
    start = end;
  }
  for (let byte = 0; byte <= 0xff; byte++) {
    const name = `${encodeHex(Uint8Array.of(byte))} behind it`;
    yield mutation('trailing-byte', name, Uint8Array.of(...dol, byte));
  }
}
