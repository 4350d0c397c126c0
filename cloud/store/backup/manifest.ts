import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import type { Secrets } from '../secrets.ts';

/** The file of a backup that says what the others are; it is written last. */
export const MANIFEST_FILE = 'manifest.json';
/** The file with the sealed secrets, where they were asked for. */
export const SECRETS_FILE = 'secrets.sealed';

const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);
const COUNT = z.int().nonnegative();
/** No other may be named: a manifest leads to no file outside its folder. */
const NAME = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);

const FILE_SHAPE = z.strictObject({ bytes: COUNT, sha256: SHA256 });
const TABLE_SHAPE = z.strictObject({
  name: NAME,
  columns: z.array(NAME),
  rows: COUNT,
  /** Of the rows as COPY gives them, before compression. */
  bytes: COUNT,
  sha256: SHA256,
  file: FILE_SHAPE,
});
const SHAPE = z.strictObject({
  format: z.literal('tessera-backup'),
  version: z.literal(1),
  takenAt: z.iso.datetime(),
  tessera: z.string(),
  postgres: z.string(),
  /** Those that the database had, each with the digest of its statements. */
  migrations: z.array(z.strictObject({ name: z.string(), sha256: SHA256 })).nonempty(),
  schemaSha256: SHA256,
  /** Which keys the cloud had, by name: eight bytes that do not tell them. */
  keyChecks: z.record(z.string(), z.string().regex(/^[0-9a-f]{16}$/)),
  /** Files of the data directory that a cloud needs to go on from this backup. */
  secretFiles: z.array(z.string()),
  /** Null where they were not asked for. */
  secrets: FILE_SHAPE.nullable(),
  tables: z.array(TABLE_SHAPE),
});
const SEALED_SHAPE = z.strictObject({ ...SHAPE.shape, mac: SHA256, sha256: SHA256 });

/** What a backup is: its schema, its files and their digests, and which keys belong to it. */
export type Manifest = Readonly<z.infer<typeof SHAPE>>;

/** A table's part of a backup. */
export type TablePart = Manifest['tables'][number];

/** A manifest as it was read, with what shows that the cloud itself wrote it. */
export interface ReadManifest {
  readonly manifest: Manifest;
  /** HMAC-SHA-256 under a key of the cloud's; hex. */
  readonly mac: string;
  readonly sha256: string;
}

/** Where the rows of a table are. */
export function fileOf({ name }: { readonly name: string }): string {
  return `${name}.copy.zst`;
}

/**
 * The text of a manifest. It ends with its own SHA-256, against damage, and a MAC under a key of
 * the cloud's, against forgery.
 */
export function encodeManifest(manifest: Manifest, tokenKey: Uint8Array): string {
  const inOrder = SHAPE.parse(manifest);
  const signed = { ...inOrder, mac: macOf(inOrder, tokenKey) };
  return `${JSON.stringify({ ...signed, sha256: sha256Of(signed) }, undefined, 2)}\n`;
}

/**
 * Reads a manifest. Errors: `not-json`, `bad-value` (a member is missing, unknown or wrong),
 * `digest-mismatch` (it is not as it was written).
 */
export function parseManifest(
  text: string,
): Result<ReadManifest, Malformed<'not-json' | 'bad-value' | 'digest-mismatch'>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return malformed('not-json', MANIFEST_FILE, 0);
  }
  const read = SEALED_SHAPE.safeParse(json);
  if (!read.success) {
    const at = read.error.issues[0]?.path.join('.') ?? '';
    return malformed('bad-value', `${MANIFEST_FILE}: ${at.slice(0, 80)}`, 0);
  }
  const { sha256, ...signed } = read.data;
  const { mac, ...manifest } = signed;
  // The text is compared too: what JSON would overlook is a change all the same.
  const isWhole = text === `${JSON.stringify({ ...signed, sha256 }, undefined, 2)}\n`;
  if (!isWhole || sha256 !== sha256Of(signed)) {
    return malformed('digest-mismatch', MANIFEST_FILE, 0);
  }
  return ok({ manifest, mac, sha256 });
}

/** Whether the cloud with these keys wrote this manifest. */
export function isOwn({ manifest, mac }: ReadManifest, tokenKey: Uint8Array): boolean {
  return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(manifest, tokenKey)));
}

/** Eight bytes a key that tell whether it is the same, and nothing else; hex. */
export function keyChecksOf(secrets: Secrets): Readonly<Record<string, string>> {
  const keys = Object.entries(secrets).map(([name, key]): [string, Uint8Array] => [
    name,
    key instanceof Uint8Array ? key : key.reveal(),
  ]);
  return Object.fromEntries(
    keys.map(([name, key]) => {
      const check = createHmac('sha256', key).update(`tessera key check ${name}`).digest();
      return [name, check.subarray(0, 8).toString('hex')];
    }),
  );
}

function macOf(manifest: Manifest, tokenKey: Uint8Array): string {
  const key = hkdfSync('sha256', tokenKey, new Uint8Array(), 'tessera backup manifest', 32);
  return createHmac('sha256', new Uint8Array(key)).update(JSON.stringify(manifest)).digest('hex');
}

function sha256Of(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
