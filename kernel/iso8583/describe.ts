import { encodeHex } from '../bytes/hex.ts';
import { type DescribedTag, describeTlv } from '../emv/dictionary/describe.ts';
import { maskPan } from '../emv/dictionary/mask.ts';
import { decodeTlv } from '../tlv/ber.ts';
import type { FieldValue } from './field.ts';
import type { Message } from './message.ts';
import type { FieldSpec, MessageSpec } from './spec.ts';

/** A data element for people: what is sensitive is masked, inside DE 55 too. */
export interface DescribedField {
  readonly number: number;
  readonly name: string;
  /** Text, or hex for bytes. */
  readonly value: string;
  /** The data objects of a field that holds BER-TLV. */
  readonly objects?: readonly DescribedTag[];
}

/**
 * Describes a message field by field, masked. A field that the spec does not know is masked whole.
 */
export function describeMessage(spec: MessageSpec, message: Message): readonly DescribedField[] {
  return Object.entries(message.fields).map(([number, value]) => {
    const field = spec.fields[Number(number)];
    const name = field?.name ?? 'Unknown';
    const described = { number: Number(number), name, value: maskedValue(field, value) };
    if (field?.content !== 'ber-tlv' || typeof value === 'string') return described;
    const objects = decodeTlv(value);
    return objects.ok ? { ...described, objects: describeTlv(objects.value) } : described;
  });
}

function maskedValue(field: FieldSpec | undefined, value: FieldValue): string {
  if (field?.content === 'ber-tlv') return `${value.length} bytes`;
  if (field?.sensitivity === 'none') return typeof value === 'string' ? value : encodeHex(value);
  if (field?.sensitivity === 'pan' && typeof value === 'string') return maskPan(value);
  return '*'.repeat(value.length);
}
