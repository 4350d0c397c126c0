import { fail, ok } from '#kernel/bytes/result.ts';
import { EC_SDSA_SUITES, verifyEcSdsa } from '#kernel/emv/oda/ec-sdsa.ts';
import { VectorInput } from '../vector-input.ts';
import type { VectorKind } from '../vector-kind.ts';

const SUITES = {
  p256: { indicator: 0x10, hash: 'sha256' },
  p521: { indicator: 0x11, hash: 'sha512' },
};

/**
 * EC-SDSA by a key of which x alone is known. Errors: `bad-input`; `unsupported-hash` where the
 * books pair the curve with another hash.
 */
export const ecsdsaVerify: VectorKind = {
  kind: 'ecsdsa.verify',
  run(members) {
    const input = new VectorInput(members);
    const curve = input.oneOf('curve', ['p256', 'p521']);
    const hash = input.oneOf('hash', ['sha256', 'sha384', 'sha512']);
    const publicKeyX = input.bytes('publicKeyX');
    const message = input.bytes('message');
    const signature = input.bytes('signature');
    if (input.fault) return fail(input.fault);
    const suite = EC_SDSA_SUITES.get(SUITES[curve].indicator);
    if (!suite || hash !== SUITES[curve].hash) {
      return fail({ kind: 'unsupported-hash', path: 'hash', offset: 0 });
    }
    return ok({ verified: verifyEcSdsa(suite, publicKeyX, message, signature) });
  },
};
