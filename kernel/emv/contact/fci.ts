import { equalBytes } from '../../bytes/bytes.ts';
import { decodeTlv, type Tlv } from '../../tlv/ber.ts';
import { parseDol } from '../../tlv/dol.ts';
import { findPath } from '../../tlv/find.ts';

/** The file control information of an application or of the directory. */
export interface Fci {
  /** DF name (84). */
  readonly name: Uint8Array;
  /** What the proprietary template (A5) holds. */
  readonly proprietary: readonly Tlv[];
}

/** Command data holds 255 bytes, of which the template of the PDOL's values takes up to three. */
const MAX_PDOL_DATA_BYTES = 252;

/**
 * Reads file control information. `undefined` where it is malformed, lacks the name or the
 * proprietary template, or has a PDOL (9F38) that is none. Label, preferred name, code table and
 * language are not looked at: they may be as they will. Source: EMV 4.4 Book 1, 11.3.4 and 12.2.4.
 */
export function readFci(bytes: Uint8Array): Fci | undefined {
  const decoded = decodeTlv(bytes);
  if (!decoded.ok || decoded.value.length !== 1) return undefined;
  const name = findPath(decoded.value, '6F.84')?.value;
  const proprietary = findPath(decoded.value, '6F.A5')?.children;
  if (!name || name.length < 5 || name.length > 16 || !proprietary) return undefined;
  const pdol = proprietary.find(({ tag }) => tag === '9F38');
  if (pdol && !isPdol(pdol.value)) return undefined;
  return { name, proprietary };
}

/** The value of an object of the proprietary template, where it is there and not empty. */
export function fciValue({ proprietary }: Fci, tag: string): Uint8Array | undefined {
  const value = proprietary.find((object) => object.tag === tag)?.value;
  return value?.length ? value : undefined;
}

/** Whether a DF name is an AID or begins with it. Source: Book 1, 12.3.1. */
export function matchName(aid: Uint8Array, name: Uint8Array): 'exact' | 'partial' | 'none' {
  if (!equalBytes(aid, name.subarray(0, aid.length))) return 'none';
  return name.length === aid.length ? 'exact' : 'partial';
}

function isPdol(bytes: Uint8Array): boolean {
  const entries = parseDol(bytes);
  if (!entries.ok) return false;
  return (
    entries.value.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0) <= MAX_PDOL_DATA_BYTES
  );
}
