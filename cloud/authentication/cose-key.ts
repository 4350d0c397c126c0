import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';

/** A credential's public key, and how signatures of it are verified. */
export interface CredentialKey {
  readonly algorithm: 'ES256' | 'EdDSA';
  readonly key: KeyObject;
}

/** Why a COSE key was refused. */
export type CoseFault = Malformed<
  | 'not-a-map'
  | 'truncated'
  | 'trailing-bytes'
  /** Not an integer or a byte string in its shortest form. */
  | 'unsupported-item'
  | 'duplicate-label'
  | 'unexpected-label'
  | 'unsupported-algorithm'
  | 'bad-parameter'
  | 'not-on-curve'
>;

/**
 * Reads a COSE_Key of P-256 with ES256 or Ed25519 with EdDSA, all of whose labels must be known.
 * Offsets are of the input; a path is a label. Source: RFC 9053, 7.1 and 7.2; CTAP 2.1, section 8
 * (the canonical CBOR of authenticators).
 */
export function decodeCoseKey(bytes: Uint8Array): Result<CredentialKey, CoseFault> {
  const read = readMap(bytes);
  if (!read.ok) return read;
  const map = read.value;
  const form = FORMS.find(
    ({ fixed }) => map.get(LABEL_TYPE) === fixed[LABEL_TYPE] && map.get(LABEL_ALG) === fixed[3],
  );
  if (!form) return malformed('unsupported-algorithm', '3', 0);
  for (const [label, value] of Object.entries(form.fixed)) {
    if (map.get(Number(label)) !== value) return malformed('bad-parameter', label, 0);
  }
  const jwk: Record<string, string> = { ...form.jwk };
  for (const [label, name] of form.coordinates) {
    const value = map.get(label);
    if (typeof value !== 'object' || value.length !== COORDINATE_BYTES)
      return malformed('bad-parameter', `${label}`, 0);
    jwk[name] = Buffer.from(value).toString('base64url');
  }
  if (map.size !== Object.keys(form.fixed).length + form.coordinates.length)
    return malformed('unexpected-label', '', 0);
  try {
    return ok({ algorithm: form.algorithm, key: createPublicKey({ format: 'jwk', key: jwk }) });
  } catch {
    return malformed('not-on-curve', '', 0);
  }
}

const LABEL_TYPE = 1;
const LABEL_ALG = 3;
const COORDINATE_BYTES = 32;

interface Form {
  readonly algorithm: CredentialKey['algorithm'];
  readonly fixed: Readonly<Record<number, number>>;
  readonly jwk: Readonly<Record<string, string>>;
  readonly coordinates: readonly (readonly [label: number, name: string])[];
}

/** RFC 9053: key type (1), algorithm (3), curve (-1), x (-2), y (-3). */
const FORMS: readonly Form[] = [
  {
    algorithm: 'ES256',
    fixed: { 1: 2, 3: -7, [-1]: 1 },
    jwk: { kty: 'EC', crv: 'P-256' },
    coordinates: [
      [-2, 'x'],
      [-3, 'y'],
    ],
  },
  {
    algorithm: 'EdDSA',
    fixed: { 1: 1, 3: -8, [-1]: 6 },
    jwk: { kty: 'OKP', crv: 'Ed25519' },
    coordinates: [[-2, 'x']],
  },
];

/** A map of small integers to integers and byte strings, and nothing behind it. RFC 8949, 3. */
function readMap(bytes: Uint8Array): Result<Map<number, number | Uint8Array>, CoseFault> {
  const first = bytes[0];
  if (first === undefined) return malformed('truncated', '', 0);
  if (first >> 5 !== MAP || (first & 31) > 23) return malformed('not-a-map', '', 0);
  const map = new Map<number, number | Uint8Array>();
  let offset = 1;
  for (let i = 0; i < (first & 31); i++) {
    const label = readItem(bytes, offset);
    if (!label.ok) return label;
    if (typeof label.value.item === 'object') return malformed('unsupported-item', '', offset);
    if (map.has(label.value.item))
      return malformed('duplicate-label', `${label.value.item}`, offset);
    const value = readItem(bytes, label.value.next);
    if (!value.ok) return value;
    map.set(label.value.item, value.value.item);
    offset = value.value.next;
  }
  if (offset !== bytes.length) return malformed('trailing-bytes', '', offset);
  return ok(map);
}

const MAP = 5;
const BYTE_STRING = 2;

/** An integer up to 255 either way, or a byte string up to 255, in its shortest form. */
function readItem(
  bytes: Uint8Array,
  offset: number,
): Result<{ readonly item: number | Uint8Array; readonly next: number }, CoseFault> {
  const first = bytes[offset];
  if (first === undefined) return malformed('truncated', '', offset);
  const [major, short] = [first >> 5, first & 31];
  if (major > BYTE_STRING || short > 24) return malformed('unsupported-item', '', offset);
  const argument = short < 24 ? short : bytes[offset + 1];
  if (argument === undefined) return malformed('truncated', '', offset + 1);
  if (short === 24 && argument < 24) return malformed('unsupported-item', '', offset);
  const next = offset + (short < 24 ? 1 : 2);
  if (major !== BYTE_STRING) return ok({ item: major === 0 ? argument : -1 - argument, next });
  if (next + argument > bytes.length) return malformed('truncated', '', bytes.length);
  return ok({ item: bytes.slice(next, next + argument), next: next + argument });
}
