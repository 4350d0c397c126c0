import { describe, expect, test } from 'vitest';
import file from '../../test-vectors/oda/ecsdsa-verify.json' with { type: 'json' };
import type { JsonObject } from '../vector-kind.ts';
import { ecsdsaVerify } from './ecsdsa.ts';

const vectors = file.vectors as unknown as readonly {
  readonly id: string;
  readonly result: string;
  readonly input: JsonObject;
  readonly expect: JsonObject;
}[];

describe('ecsdsa.verify', () => {
  test.each(vectors)('$id', ({ result, input, expect: expected }) => {
    const outcome = ecsdsaVerify.run(input);
    expect(outcome.ok ? 'valid' : 'invalid').toBe(result);
    const actual = outcome.ok ? outcome.value : { error: outcome.error.kind };
    expect(actual).toEqual(expected);
  });

  test.each(['booke-BookE_Example256_Issuer', 'booke-BookE_Example521_Issuer'])(
    '%s: whatever byte is changed, it does not verify',
    (id) => {
      const { input = {} as JsonObject } = vectors.find((vector) => vector.id === id) ?? {};
      for (const member of ['publicKeyX', 'message', 'signature']) {
        const hex = String(input[member]);
        for (let at = 0; at < hex.length; at += 2) {
          const byte = Number.parseInt(hex.slice(at, at + 2), 16) ^ (1 << ((at / 2) % 8));
          const other = byte.toString(16).padStart(2, '0');
          const changed = hex.slice(0, at) + other + hex.slice(at + 2);
          const outcome = ecsdsaVerify.run({ ...input, [member]: changed });
          expect({ member, at, ...outcome }).toMatchObject({ value: { verified: false } });
        }
      }
    },
  );
});
