import { decodeTlv, findTag } from '../../tlv/ber.ts';
import { isConstructed, readTag, tagLength } from '../../tlv/tag.ts';

/** A script for the card. */
export interface IssuerScript {
  /** 71 before, 72 after the final GENERATE AC. */
  readonly tag: '71' | '72';
  /** Script identifier (9F18), 4 bytes; zeros where the issuer gives none. */
  readonly identifier: Uint8Array;
  /** `undefined` where the script is malformed, and nothing of it is sent. */
  readonly commands: readonly Uint8Array[] | undefined;
}

/** What an issuer sent for the card. */
export interface IssuerData {
  /** Issuer authentication data (91). */
  readonly authenticationData?: Uint8Array;
  readonly scripts: readonly IssuerScript[];
}

/** The shortest command is a header. */
const MIN_COMMAND_BYTES = 4;

/**
 * Reads the issuer data of an answer: 91, 71 and 72, several of the latter in their order. A script
 * that is malformed does not keep the others from being read. Source: EMV 4.4 Book 3, 10.10.
 */
export function readIssuerData(bytes: Uint8Array): IssuerData {
  const scripts: IssuerScript[] = [];
  let authenticationData: Uint8Array | undefined;
  for (const { tag, value } of outermost(bytes)) {
    if (tag === '91') authenticationData ??= value;
    else if (tag === '71' || tag === '72') scripts.push(readScript(tag, value));
  }
  return { scripts, ...(authenticationData && { authenticationData }) };
}

function readScript(tag: '71' | '72', value: Uint8Array): IssuerScript {
  const decoded = decodeTlv(value);
  const objects = decoded.ok ? decoded.value : [];
  const identifier = findTag(objects, '9F18')?.value;
  const commands = objects.filter((object) => object.tag === '86').map((object) => object.value);
  const isWellFormed =
    decoded.ok &&
    objects.every((object) => object.tag === '86' || object.tag === '9F18') &&
    commands.every(({ length }) => length >= MIN_COMMAND_BYTES);
  return {
    tag,
    identifier: identifier?.length === 4 ? identifier : new Uint8Array(4),
    commands: isWellFormed ? commands : undefined,
  };
}

/** The outermost objects, whatever is within them; ends where no object is. */
function* outermost(
  bytes: Uint8Array,
): Generator<{ readonly tag: string; readonly value: Uint8Array }, undefined> {
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === 0) {
      at += 1;
      continue;
    }
    const length = tagLength(bytes, at, bytes.length);
    if (length === 0 || length > 4) return;
    const tag = readTag(bytes, at, length);
    const [first = 0xff, ...more] = bytes.subarray(at + length, at + length + 4);
    const octets = first < 0x80 ? 0 : first & 0x7f;
    if (octets > 3 || (first === 0x80 && isConstructed(tag))) return;
    const size = octets === 0 ? first : more.slice(0, octets).reduce((sum, b) => sum * 256 + b, 0);
    const start = at + length + 1 + octets;
    if (start + size > bytes.length) return;
    yield { tag, value: bytes.subarray(start, start + size) };
    at = start + size;
  }
}
