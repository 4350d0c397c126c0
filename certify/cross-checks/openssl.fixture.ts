import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

/** DES in one to three keys, or AES. */
export type Cipher = 'des' | 'aes';
type Mode = 'ecb' | 'cbc' | 'ctr';

/** Bytes from hex. */
export const bytes = (hex: unknown): Buffer => Buffer.from(String(hex), 'hex');
/** Upper-case hex. */
export const hexOf = (data: Uint8Array): string => Buffer.from(data).toString('hex').toUpperCase();

/** Bits that differ, as long as the first. */
export function xor(one: Uint8Array, other: Uint8Array): Buffer {
  return Buffer.from(one.map((byte, i) => byte ^ (other[i] ?? 0)));
}

/** Enciphers whole blocks with OpenSSL. Without `iv` each by itself. */
export function encrypt(cipher: Cipher, key: Buffer, data: Uint8Array, iv?: Buffer): Buffer {
  const made = createCipheriv(
    nameOf(cipher, key, iv ? 'cbc' : 'ecb'),
    whole(cipher, key),
    iv ?? null,
  );
  made.setAutoPadding(false);
  return Buffer.concat([made.update(data), made.final()]);
}

/** Deciphers whole blocks with OpenSSL, each by itself. */
export function decrypt(cipher: Cipher, key: Buffer, data: Uint8Array): Buffer {
  const made = createDecipheriv(nameOf(cipher, key, 'ecb'), whole(cipher, key), null);
  made.setAutoPadding(false);
  return Buffer.concat([made.update(data), made.final()]);
}

/** AES in counter mode with OpenSSL. */
export function countered(key: Buffer, start: Buffer, data: Uint8Array): Buffer {
  return createCipheriv(nameOf('aes', key, 'ctr'), key, start).update(data);
}

/** Data filled by one of the methods of ISO/IEC 9797-1, to blocks of 8. */
export function filled(data: Buffer, method: number): Buffer {
  if (method === 2) return filled(Buffer.concat([data, Buffer.of(0x80)]), 1);
  const zeros = Buffer.alloc(data.length === 0 && method === 1 ? 8 : -data.length & 7);
  if (method === 1) return Buffer.concat([data, zeros]);
  const length = Buffer.alloc(8);
  length.writeUInt32BE(data.length * 8, 4);
  return Buffer.concat([length, data, zeros]);
}

/** The last block of a chain of DES. */
export function chained(key: Buffer, data: Buffer, method: number): Buffer {
  return encrypt('des', key, filled(data, method), Buffer.alloc(8)).subarray(-8);
}

/** The retail MAC. */
export function retail(key: Buffer, data: Buffer, method: number): Buffer {
  const [left, right] = [key.subarray(0, 8), key.subarray(8)];
  return encrypt('des', left, decrypt('des', right, chained(left, data, method)));
}

/** CMAC, its subkeys as whole numbers. NIST SP 800-38B. */
export function cmac(cipher: Cipher, key: Buffer, data: Uint8Array): Buffer {
  const size = cipher === 'des' ? 8 : 16;
  const reduction = cipher === 'des' ? 0x1bn : 0x87n;
  const bits = BigInt(size * 8);
  const times2 = (n: bigint): bigint =>
    BigInt.asUintN(size * 8, n << 1n) ^ (n >> (bits - 1n) === 1n ? reduction : 0n);
  const once = times2(BigInt(`0x${hexOf(encrypt(cipher, key, Buffer.alloc(size)))}`));
  const isWhole = data.length > 0 && data.length % size === 0;
  const subkey = isWhole ? once : times2(once);
  const end = isWhole ? Buffer.alloc(0) : Buffer.of(0x80);
  const unfilled = Buffer.concat([data, end]);
  const message = Buffer.concat([unfilled, Buffer.alloc((size - (unfilled.length % size)) % size)]);
  const mask = bytes(subkey.toString(16).padStart(size * 2, '0'));
  const last = xor(message.subarray(-size), mask);
  const chain = Buffer.concat([message.subarray(0, -size), last]);
  return encrypt(cipher, key, chain, Buffer.alloc(size)).subarray(-size);
}

/** HMAC with SHA-256. */
export function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

/** A DES key with every byte's parity odd. */
export function odd(key: Buffer): Buffer {
  const ones = (byte: number): number => byte.toString(2).replaceAll('0', '').length;
  return Buffer.from(key.map((byte) => (ones(byte) % 2 === 1 ? byte : byte ^ 1)));
}

function nameOf(cipher: Cipher, key: Buffer, mode: Mode): string {
  if (cipher === 'aes') return `aes-${key.length * 8}-${mode}`;
  return mode === 'ecb' ? 'des-ede3-ecb' : 'des-ede3-cbc';
}

/** OpenSSL takes three DES keys everywhere; one thrice is single DES. */
function whole(cipher: Cipher, key: Buffer): Buffer {
  if (cipher === 'aes') return key;
  return Buffer.concat([key, key, key]).subarray(0, 24);
}
