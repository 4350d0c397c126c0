import { decodeTlv, type Tlv } from '../../../tlv/ber.ts';

/** The objects of an answer that is this one template and nothing more; `undefined` otherwise. */
export function decodeTemplate(answer: Uint8Array, tag: string): readonly Tlv[] | undefined {
  const decoded = decodeTlv(answer);
  const [template, ...others] = decoded.ok ? decoded.value : [];
  return template?.tag === tag && others.length === 0 ? template.children : undefined;
}
