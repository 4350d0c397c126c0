import { encodeHex } from '../bytes/hex.ts';
import { type DescribedTag, describeTlv } from '../emv/dictionary/describe.ts';
import { maskPan } from '../emv/dictionary/mask.ts';
import { decodeTlv, type Tlv } from '../tlv/ber.ts';
import { isComposite } from './field.ts';
import type { Message } from './message.ts';
import { partRow } from './message-json.ts';
import type { FieldSpec, FieldValue, MessageSpec } from './spec.ts';

/** A data element for people: what is sensitive is masked, inside DE 55 and composites too. */
export interface DescribedField {
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

/** How a description is made. */
export interface DescribeOptions {
  /** Shows what is sensitive. For test cards, and for whoever asked for it in so many words. */
  readonly reveal?: boolean;
}

/**
 * Describes a message field by field, masked. A field that the spec does not know is masked whole.
 */
export function describeMessage(
  spec: MessageSpec,
  message: Pick<Message<Readonly<Record<number, FieldValue>>>, 'fields'>,
  options: DescribeOptions = {},
): readonly DescribedField[] {
  const reveal = options.reveal === true;
  return Object.entries(message.fields).map(([number, value]) =>
    describeField(spec.fields[Number(number)], Number(number), number, value, reveal),
  );
}

function describeField(
  row: FieldSpec | undefined,
  number: number,
  path: string,
  value: FieldValue,
  reveal: boolean,
): DescribedField {
  const described = { number, path, name: row?.name ?? 'Unknown' };
  const content = row?.content;
  if (typeof content === 'object' && isComposite(value)) {
    const parts = Object.entries(value).map(([id, part]) =>
      describeField(partRow(content, id), number, `${path}.${id}`, part, reveal),
    );
    return { ...described, value: '', parts };
  }
  const objects = objectsOf(content, value);
  if (objects) {
    return { ...described, value: `${lengthOf(value)}`, objects: describeTlv(objects) };
  }
  return { ...described, value: shown(row, value, reveal) };
}

function objectsOf(content: FieldSpec['content'], value: FieldValue): readonly Tlv[] | undefined {
  if (content === 'ber-tlv-objects') return Array.isArray(value) ? value : undefined;
  if (content !== 'ber-tlv' || !(value instanceof Uint8Array)) return undefined;
  const objects = decodeTlv(value);
  return objects.ok ? objects.value : undefined;
}

function lengthOf(value: FieldValue): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return Array.isArray(value) ? `${value.length} objects` : '';
}

function shown(row: FieldSpec | undefined, value: FieldValue, reveal: boolean): string {
  const text = plainText(value);
  if (reveal || row?.sensitivity === 'none') return text;
  if (row?.sensitivity === 'pan' && typeof value === 'string') return maskPan(value);
  return '*'.repeat(typeof value === 'string' ? value.length : Math.ceil(text.length / 2));
}

function plainText(value: FieldValue): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? encodeHex(value) : JSON.stringify(Object.keys(value));
}
