import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeBcd } from '#kernel/bytes/bcd.ts';
import { hex } from '#kernel/bytes/hex.ts';

/** One form in which a secret would show. */
export interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The forms of a PAN: digits, packed at either half of a byte, their text in hex, bare digests. */
export function needlesOfPan(pan: string): readonly Needle[] {
  const inText = Buffer.from(pan);
  const packed = Buffer.from(encodeBcd(pan.length % 2 === 0 ? pan : `${pan}F`));
  const shifted = Buffer.from(encodeBcd(pan.slice(1, pan.length % 2 === 0 ? -1 : undefined)));
  const digests = ['md5', 'sha1', 'sha256', 'sha512'].flatMap((algorithm) => {
    const digest = createHash(algorithm).update(pan).digest();
    return formsOf(`${algorithm} of ${pan}`, digest);
  });
  return [
    { name: `${pan} in text`, bytes: inText },
    { name: `${pan} in UTF-16`, bytes: Buffer.from(pan, 'utf16le') },
    { name: `${pan} packed`, bytes: packed },
    { name: `${pan} packed, half a byte on`, bytes: shifted },
    { name: `${pan} as hex of its text`, bytes: Buffer.from(inText.toString('hex')) },
    ...[0, 1, 2].map((at) => ({
      name: `${pan} in base64, ${at} bytes on`,
      // Without the characters that its neighbours have a part in.
      bytes: Buffer.from(
        Buffer.concat([Buffer.alloc(at), inText])
          .toString('base64')
          .slice(at === 0 ? 0 : 4, -4),
      ),
    })),
    ...digests,
  ];
}

/** The forms of a key or another secret that is given in hex. */
export function needlesOfKey(name: string, keyHex: string): readonly Needle[] {
  return formsOf(name, Buffer.from(hex(keyHex)));
}

function formsOf(name: string, bytes: Buffer): readonly Needle[] {
  return [
    { name: `${name} in bytes`, bytes },
    { name: `${name} in hex`, bytes: Buffer.from(bytes.toString('hex')) },
    { name: `${name} in upper-case hex`, bytes: Buffer.from(bytes.toString('hex').toUpperCase()) },
    {
      name: `${name} in base64`,
      bytes: Buffer.from(bytes.toString('base64').replace(/.?=*$/, '')),
    },
  ];
}

/** Which of them are in these bytes. */
export function found(bytes: Buffer, needles: readonly Needle[]): readonly string[] {
  return needles.filter((needle) => bytes.includes(needle.bytes)).map(({ name }) => name);
}

/** Every file under a folder but `leftOut`, with what was found in it. */
export async function searchFiles(
  folder: string,
  needles: readonly Needle[],
  leftOut: readonly string[] = [],
): Promise<{ readonly files: number; readonly hits: readonly string[] }> {
  const hits: string[] = [];
  let files = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    if (!entry.isFile() || leftOut.includes(name)) continue;
    // PostgreSQL takes files of its own away while they are looked at.
    const bytes = await readFile(file).catch(() => undefined);
    if (!bytes) continue;
    files++;
    hits.push(...found(bytes, needles).map((what) => `${name}: ${what}`));
  }
  return { files, hits };
}
