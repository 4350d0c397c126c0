import { encodeHex, hex } from '../../bytes/hex.ts';
import type { RsaRecovery } from '../../ports/rsa.ts';

/**
 * RSA recovery with the language's own integers. Only public values pass through it, so its time
 * need not be constant. Takes the exponents of the books, 3 and 65537, and no other. Source: EMV
 * 4.4 Book 2, B2.1.
 */
export const bigintRsa: RsaRecovery = {
  recover(modulus, exponent, signature) {
    const n = toBigint(modulus);
    const s = toBigint(signature);
    if (signature.length !== modulus.length || n % 2n === 0n || s >= n) return undefined;
    const recovered = power(s, toBigint(exponent), n);
    if (recovered === undefined) return undefined;
    return hex(recovered.toString(16).padStart(2 * modulus.length, '0'));
  },
};

function power(base: bigint, exponent: bigint, modulus: bigint): bigint | undefined {
  if (exponent !== 3n && exponent !== 65537n) return undefined;
  let squared = base;
  for (let squarings = exponent === 3n ? 1 : 16; squarings > 0; squarings--) {
    squared = (squared * squared) % modulus;
  }
  return (squared * base) % modulus;
}

function toBigint(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${encodeHex(bytes)}`);
}
