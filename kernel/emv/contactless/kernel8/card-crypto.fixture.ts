import { createCipheriv, createDecipheriv, createECDH, createHash } from 'node:crypto';

/** Group order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** Half the prime of P-256. */
const HALF_PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn / 2n;

/** x and y of a private key's public key. */
export function publicKeyOf(privateKey: string): { readonly x: Buffer; readonly y: Buffer } {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey, 'hex');
  const point = ecdh.getPublicKey();
  return { x: point.subarray(1, 33), y: point.subarray(33) };
}

/** x of the point times a scalar; of the point either y will do. */
export function multiplyX(scalar: bigint, point: Buffer): Buffer {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(digits(scalar), 'hex');
  return ecdh.computeSecret(point.length === 32 ? Buffer.concat([EVEN, point]) : point);
}
const EVEN = Buffer.of(2);

/** The product of two private keys. */
export function product(a: string, b: string): bigint {
  return (BigInt(`0x${a}`) * BigInt(`0x${b}`)) % ORDER;
}

/** The message with its EC-SDSA signature on P-256, as Book E's certificates have it. */
export function signEcSdsa(message: Buffer, privateKey: string, nonce: bigint): Buffer {
  const { y } = publicKeyOf(privateKey);
  const d = BigInt(`0x${privateKey}`);
  const key = BigInt(`0x${y.toString('hex')}`) <= HALF_PRIME ? d : ORDER - d;
  const commitment = sha256(Buffer.concat([publicKeyOf(digits(nonce)).x, message]));
  const r = BigInt(`0x${commitment.toString('hex')}`) % ORDER;
  return Buffer.concat([
    message,
    commitment,
    Buffer.from(digits((nonce + r * key) % ORDER), 'hex'),
  ]);
}

/** SHA-256. */
export function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** AES in counter mode; the block begins with the message's number. */
export function counterMode(key: Buffer, message: number, data: Uint8Array): Buffer {
  const block = Buffer.alloc(16);
  block.writeUInt16BE(message);
  const cipher = createCipheriv(`aes-${8 * key.length}-ctr`, key, block);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

/** One block of AES. */
export function encryptBlock(key: Buffer, block: Uint8Array): Buffer {
  const cipher = createCipheriv(`aes-${8 * key.length}-ecb`, key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** The block that one block of AES was. */
export function decryptBlock(key: Buffer, block: Uint8Array): Buffer {
  const decipher = createDecipheriv(`aes-${8 * key.length}-ecb`, key, null);
  return decipher.setAutoPadding(false).update(block);
}

/** AES-CMAC, NIST SP 800-38B. */
export function aesCmac(key: Buffer, data: Uint8Array): Buffer {
  const first = doubled(encryptBlock(key, Buffer.alloc(16)));
  const whole = data.length > 0 && data.length % 16 === 0;
  const padding = whole ? Buffer.alloc(0) : Buffer.from('80'.padEnd(32, '0'), 'hex');
  const padded = Buffer.concat([data, padding]).subarray(0, Math.max(16, roundUp(data.length)));
  const last = padded.subarray(padded.length - 16);
  const mask = whole ? first : doubled(first);
  for (const [i, byte] of mask.entries()) last[i] = (last[i] ?? 0) ^ byte;
  const cipher = createCipheriv(`aes-${8 * key.length}-cbc`, key, Buffer.alloc(16));
  return cipher
    .setAutoPadding(false)
    .update(padded)
    .subarray(padded.length - 16);
}

function roundUp(length: number): number {
  return Math.ceil(length / 16) * 16;
}

function doubled(block: Buffer): Buffer {
  const value = BigInt(`0x${block.toString('hex')}`) << 1n;
  const carried = value >> 128n === 0n ? value : (value & ((1n << 128n) - 1n)) ^ 0x87n;
  return Buffer.from(carried.toString(16).padStart(32, '0'), 'hex');
}

function digits(scalar: bigint): string {
  return scalar.toString(16).padStart(64, '0');
}
