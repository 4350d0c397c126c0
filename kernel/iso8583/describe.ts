import { encodeHex } from '../bytes/hex.ts';
import { type DescribedTag, describeTlv } from '../emv/dictionary/describe.ts';
import type { Tlv } from '../tlv/ber.ts';
import { isComposite, partsOf } from './composite-value.ts';
import { objectsIn, type RevealOption, shownValue } from './masking.ts';
import type { Message } from './message.ts';
import { partRow } from './part-row.ts';
import type { FieldSpec, FieldValue, MessageSpec, PlainValue } from './spec.ts';

/** A data element for people: what is sensitive is masked, inside DE 55 and composites too. */
export interface DescribedField {
  /** Of the data element it is or belongs to; 0 for the header. */
  readonly number: number;
  /** For a part of a composite field: its place, for example `127.25.3`. */
  readonly path: string;
  readonly name: string;
  /** Text, or hex for bytes; empty for a composite. */
  readonly value: string;
  /** The data objects of a field that holds BER-TLV. */
  readonly objects?: readonly DescribedTag[];
  /** The parts of a composite field. */
  readonly parts?: readonly DescribedField[];
}

/**
 * Describes a message field by field, masked unless it is to be revealed. A field that the spec
 * does not know is masked whole.
 */
export function describeMessage(
  spec: MessageSpec,
  message: Pick<Message<Readonly<Record<number, FieldValue>>>, 'fields' | 'header'>,
  options: RevealOption = {},
): readonly DescribedField[] {
  const { header, fields } = message;
  const described = Object.entries(fields).map(([number, value]) =>
    describeField(spec.fields[Number(number)], Number(number), number, value, options),
  );
  if (header === undefined) return described;
  return [describeField(spec.header, 0, 'header', header, options), ...described];
}

function describeField(
  row: FieldSpec | undefined,
  number: number,
  path: string,
  value: FieldValue,
  options: RevealOption,
): DescribedField {
  const described = { number, path, name: row?.name ?? 'Unknown' };
  if (isComposite(value)) {
    const parts = partsOf(value).map(([id, part]) =>
      describeField(partRow(row?.content, id), number, `${path}.${id}`, part, options),
    );
    return { ...described, value: '', parts };
  }
  const found = objectsIn(row, value);
  if (found) {
    return { ...described, value: lengthOf(value), objects: describeObjects(found, options) };
  }
  return { ...described, value: shownValue(row, value as PlainValue, options) };
}

function lengthOf(value: FieldValue): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return Array.isArray(value) ? `${value.length} objects` : '';
}

function describeObjects(objects: readonly Tlv[], options: RevealOption): readonly DescribedTag[] {
  const described = describeTlv(objects);
  if (options.reveal !== true) return described;
  const all = withInner(objects);
  return described.map((tag, index) => {
    const object = all[index];
    const isText = tag.value.startsWith('"');
    return object && !object.children && !isText ? { ...tag, value: encodeHex(object.value) } : tag;
  });
}

/** In the order in which they are described. */
function withInner(objects: readonly Tlv[]): readonly Tlv[] {
  return objects.flatMap((object) => [object, ...withInner(object.children ?? [])]);
}
