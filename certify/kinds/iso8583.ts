import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { decodeMessage, encodeMessage } from '#kernel/iso8583/message.ts';
import { messageFromJson, messageToJson } from '#kernel/iso8583/message-json.ts';
import { prefixOf } from '#kernel/iso8583/prefix.ts';
import type { FieldSpec, MessageSpec } from '#kernel/iso8583/spec.ts';
import { findSpec } from '#kernel/iso8583/specs/find-spec.ts';
import { parseInlineSpec } from '../compact-spec.ts';
import { trailing, truncations } from '../damage.ts';
import { byTagWhereExpected, inOrderOf, wholeWhereHex } from '../message-shape.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, Mutation, VectorKind } from '../vector-kind.ts';

/** Messages from bytes. `spec` is the name of a shipped specification or one inline. */
export const iso8583Decode: VectorKind = {
  kind: 'iso8583.decode',
  run(members) {
    const input = new VectorInput(members);
    const bytes = input.bytes('hex');
    if (input.fault) return fail(input.fault);
    const spec = specOf(input);
    if (!spec.ok) return spec;
    const message = decodeMessage(spec.value, bytes);
    if (!message.ok) return fail(withoutValues(message.error));
    return ok(plainJson(spec.value, message.value));
  },
  shapedAs(expected, actual, members) {
    const input = new VectorInput(members);
    const spec = specOf(input);
    if (!spec.ok) return actual;
    // What the vector has as the hex of all is read so; the bytes are those that were accepted.
    const whole = wholeWhereHex(spec.value, expected['fields']);
    const message = decodeMessage(whole, input.bytes('hex'));
    if (!message.ok) return actual;
    const shaped = plainJson(whole, message.value);
    const fields = byTagWhereExpected(expected['fields'], shaped['fields'] ?? {});
    return { ...shaped, fields };
  },
  *mutations(members) {
    yield* truncations(members, 'hex', 2);
    yield* trailing(members, 'hex', '00');
    const input = new VectorInput(members);
    const spec = specOf(input);
    if (spec.ok) yield* damagedFields(members, spec.value, input.bytes('hex'));
  },
};

/** Messages to bytes. */
export const iso8583Encode: VectorKind = {
  kind: 'iso8583.encode',
  run(members) {
    const input = new VectorInput(members);
    const spec = specOf(input);
    if (!spec.ok) return spec;
    const message = messageFromJson(spec.value, members);
    if (!message.ok) return message;
    const bytes = encodeMessage(spec.value, message.value);
    return bytes.ok ? ok({ hex: encodeHex(bytes.value) }) : bytes;
  },
  shapedAs(expected, actual, members) {
    const spec = specOf(new VectorInput(members));
    if (!spec.ok) return actual;
    const model = decodeMessage(spec.value, new VectorInput(expected).bytes('hex'));
    if (!model.ok) return actual;
    const fields = inOrderOf(plainJson(spec.value, model.value)['fields'], members['fields'] ?? {});
    const again = iso8583Encode.run({ ...members, fields });
    return again.ok ? again.value : actual;
  },
  *mutations(members) {
    for (const mti of ['', '010', '01000', '01x0']) {
      yield { damage: 'digit', name: `mti ${mti}`, input: { ...members, mti } };
    }
    const fields = members['fields'] as JsonObject;
    const strange = { ...fields, 193: '0' };
    yield { damage: 'bitmap', name: 'a field 193', input: { ...members, fields: strange } };
    for (const number of Object.keys(fields)) {
      const long = { ...fields, [number]: '9'.repeat(20_000) };
      yield { damage: 'length', name: `field ${number}`, input: { ...members, fields: long } };
    }
  },
};

function plainJson(...[spec, message]: Parameters<typeof messageToJson>): JsonObject {
  return { ...messageToJson(spec, message, { reveal: true }) };
}

function specOf(input: VectorInput): Result<MessageSpec, Malformed> {
  const given = input.json('spec');
  if (typeof given !== 'string') return parseInlineSpec(given);
  const spec = findSpec(given);
  return spec ? ok(spec) : malformed('unknown-spec', 'spec', 0);
}

/** What was decoded before the fault stays here: it is in clear. */
function withoutValues({ kind, path, offset }: Malformed): Malformed {
  return { kind, path, offset };
}

/** Every length made impossible, every number given a byte that is no digit, every unknown bit. */
function* damagedFields(
  members: JsonObject,
  spec: MessageSpec,
  bytes: Uint8Array,
): Iterable<Mutation> {
  const decoded = decodeMessage(spec, bytes);
  if (!decoded.ok) return;
  const { mti, header } = decoded.value;
  const count = decoded.value.bitmaps ?? bitmapsIn(decoded.value.fields);
  const fields: Record<number, unknown> = {};
  for (const [number, value] of Object.entries(decoded.value.fields)) {
    const before = { mti, fields: { ...fields }, ...(header !== undefined && { header }) };
    const start = encodeMessage(spec, { ...before, ...(count > 1 && { bitmaps: count }) } as never);
    const row = spec.fields[Number(number)];
    if (!start.ok || !row) return;
    yield* damagedField(members, row, number, bytes, start.value.length);
    fields[Number(number)] = value;
  }
}

function* damagedField(
  members: JsonObject,
  row: FieldSpec,
  number: string,
  bytes: Uint8Array,
  start: number,
): Iterable<Mutation> {
  const { length } = row;
  let content = start;
  if (length.kind === 'prefixed') {
    const { lengthBytes } = prefixOf(length.prefixDigits, length.prefixEncoding);
    content += lengthBytes;
    const name = `the length of field ${number}`;
    yield { damage: 'length', name, input: withBytes(members, bytes, start, lengthBytes) };
  }
  const isNumber = row.format === 'n' || row.format === 'x+n';
  if (!isNumber || content >= bytes.length || length.kind === 'prefixed') return;
  const name = `a digit of field ${number}`;
  yield { damage: 'digit', name, input: withBytes(members, bytes, content, 1) };
}

/** The same with some bytes set to FF, which is no digit and no length that fits. */
function withBytes(members: JsonObject, bytes: Uint8Array, at: number, count: number): JsonObject {
  const damaged = bytes.slice().fill(0xff, at, at + count);
  return { ...members, hex: encodeHex(damaged) };
}

function bitmapsIn(fields: Readonly<Record<number, unknown>>): number {
  return Math.ceil(Math.max(1, ...Object.keys(fields).map(Number)) / 64);
}
