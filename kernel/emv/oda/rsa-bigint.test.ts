import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../../bytes/hex.ts';
import { bigintRsa } from './rsa-bigint.ts';

/** 3 times 11, and the number one below the modulus. */
const [MODULUS, EXPONENT] = [hex('0021'), hex('03')];

function recover(signature: string, exponent = EXPONENT, modulus = MODULUS): string | undefined {
  const recovered = bigintRsa.recover(modulus, exponent, hex(signature));
  return recovered && encodeHex(recovered);
}

describe('RSA recovery', () => {
  test('raises to the third power, in as many bytes as the modulus has', () => {
    expect(recover('0000')).toBe('0000');
    expect(recover('0001')).toBe('0001');
    expect(recover('0002')).toBe('0008');
    expect(recover('0007')).toBe('000D');
    expect(recover('0020')).toBe('0020');
  });

  test('raises to 65537, whatever zeros stand before it', () => {
    expect(recover('0002', hex('010001'))).toBe('001D');
    expect(recover('0002', hex('00010001'))).toBe('001D');
  });

  test.each([
    ['a signature not below the modulus', '0021', '03', '0021'],
    ['a signature as long as it may be and no longer', '21', '03', '0021'],
    ['a longer signature', '000002', '03', '0021'],
    ['another exponent', '0002', '05', '0021'],
    ['no exponent', '0002', '', '0021'],
    ['an even modulus', '0002', '03', '0022'],
    ['no modulus', '', '03', ''],
  ])('has no value for %s', (_, signature, exponent, modulus) => {
    expect(recover(signature, hex(exponent), hex(modulus))).toBeUndefined();
  });
});
