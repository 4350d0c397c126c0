import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { decodeMessage, encodeMessage } from '#kernel/iso8583/message.ts';
import { messageFromJson, messageToJson } from '#kernel/iso8583/message-json.ts';
import type { MessageSpec } from '#kernel/iso8583/spec.ts';
import { findSpec } from '#kernel/iso8583/specs/find-spec.ts';
import { parseInlineSpec } from '../compact-spec.ts';
import { trailing, truncations } from '../damage.ts';
import { damagedMessages } from '../message-damage.ts';
import { byTagWhereExpected, inOrderOf, wholeWhereHex } from '../message-shape.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, VectorKind } from '../vector-kind.ts';

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
    if (spec.ok) yield* damagedMessages(members, spec.value, input.bytes('hex'));
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
