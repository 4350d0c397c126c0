import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, ok } from '#kernel/bytes/result.ts';
import { authenticate, type OdaMethod, type OdaOutcome } from '#kernel/emv/oda/authenticate.ts';
import { bigintRsa } from '#kernel/emv/oda/rsa-bigint.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, VectorKind } from '../vector-kind.ts';

/**
 * Offline data authentication with RSA: a card's certificates and signature against CA public keys.
 * That it fails is no error but an answer: `verified` false, with the `tvr` it sets, the `reason`
 * and the data object it lies in. Error: `bad-input`.
 */
export const odaRsa: VectorKind = {
  kind: 'oda.rsa',
  run(members) {
    const input = new VectorInput(members);
    const trusted = {
      rsa: bigintRsa,
      caKeys: input.objects('caKeys').map((key) => ({
        rid: key.bytes('rid'),
        index: key.bytes('index')[0] ?? -1,
        modulus: key.bytes('modulus'),
        exponent: key.bytes('exponent'),
      })),
      revoked: [],
      rid: input.bytes('rid'),
      date: input.digits('date', 6),
    };
    const objects = input.object('card');
    const tags = objects.names().map((tag) => [tag.toUpperCase(), objects.bytes(tag)] as const);
    const staticData = input.bytes('staticData');
    const method = methodOf(input);
    if (input.fault) return fail(input.fault);
    return ok(told(authenticate(trusted, new Map(tags), staticData, method)));
  },
};

function methodOf(input: VectorInput): OdaMethod {
  const name = input.oneOf('method', ['sda', 'dda', 'fdda', 'cda']);
  if (name === 'sda') return { name };
  if (name !== 'cda') return { name, terminalData: input.bytes('dynamicTerminalData') };
  return {
    name,
    unpredictableNumber: input.bytes('unpredictableNumber'),
    dolData: [input.bytes('pdolData'), input.bytes('cdol1Data')],
    generateAcResponse: input.bytes('generateAcResponse'),
  };
}

function told(outcome: OdaOutcome): JsonObject {
  if (!outcome.verified) {
    const { kind, path } = outcome.fault;
    return { verified: false, tvr: encodeHex(outcome.tvr), reason: kind, dataObject: path };
  }
  const { verified, ...learned } = outcome;
  const hexed = Object.entries(learned).map(([name, bytes]) => [name, encodeHex(bytes)] as const);
  return { verified, ...Object.fromEntries(hexed) };
}
