import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, ok, type Result } from '#kernel/bytes/result.ts';
import {
  applyPinOffset,
  computeCvv,
  computeDcvv,
  computeNaturalPin,
  computePinOffset,
  computePvv,
} from '#kernel/keys/card-verification.ts';
import { computeCvc3, computeIvCvc3 } from '#kernel/keys/cvc3.ts';
import { type Pan, parsePan } from '#kernel/keys/pan.ts';
import { changed, everywhere, replaced, trailing, truncations, wrongLengths } from '../damage.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, VectorKind } from '../vector-kind.ts';

type Told = Result<JsonObject, Malformed>;

/**
 * Values that verify a card or a PIN, by `method`: `cvv`, `dcvv`, `pvv`, `ibm3624-natural-pin`,
 * `ibm3624-offset`, `ibm3624-pin`, `iv-cvc3`, `cvc3`. Answers `value`.
 */
export const cardVerification: VectorKind = {
  kind: 'card-verification',
  run(members) {
    const input = new VectorInput(members);
    const compute = verification(input);
    return input.fault ? fail(input.fault) : compute();
  },
  *mutations(input) {
    const isIbm = String(input['method']).startsWith('ibm3624');
    yield* wrongLengths(input, 'key', isIbm ? [8, 16, 24] : [16]);
    for (const name of ['pan', 'pin', 'expiry', 'serviceCode', 'offset', 'decimalisationTable']) {
      yield* changed(input, name, 'digit', everywhere(String(input[name] ?? ''), 'x'));
    }
    yield* changed(input, 'validationData', 'digit', [[0, 'G']]);
    for (const name of ['expiry', 'serviceCode', 'decimalisationTable', 'validationData']) {
      yield* truncations(input, name, 1);
      yield* trailing(input, name, '0');
    }
    for (const name of ['pin', 'offset']) {
      yield* replaced(input, name, 'length', ['', '123', '1234567890123']);
    }
    const shortPan = { dcvv: '1234', pvv: '12345678901' }[String(input['method'])];
    yield* replaced(input, 'pan', 'length', ['', '1'.repeat(20), shortPan ?? '']);
    yield* replaced(input, 'keyIndex', 'digit', [7, 0.5]);
    yield* replaced(input, 'length', 'length', [0, 3, 13]);
    yield* wrongLengths(input, 'ivCvc3', [2]);
    yield* wrongLengths(input, 'un', [4]);
    if (typeof input['atc'] === 'number') yield* replaced(input, 'atc', 'digit', [10_000, 0.5]);
    else yield* wrongLengths(input, 'atc', [2]);
  },
};

function verification(input: VectorInput): () => Told {
  const key = input.key('key');
  const method = input.oneOf('method', [
    'cvv',
    'dcvv',
    'pvv',
    'ibm3624-natural-pin',
    'ibm3624-offset',
    'ibm3624-pin',
    'iv-cvc3',
    'cvc3',
  ]);
  switch (method) {
    case 'cvv':
    case 'dcvv': {
      const atc = method === 'dcvv' ? input.count('atc') : 0;
      const [expiry, serviceCode] = [input.text('expiry'), input.text('serviceCode')];
      const compute = method === 'cvv' ? computeCvv : computeDcvv;
      return withPan(input, (pan) => compute(key, { pan, expiry, serviceCode, atc }));
    }
    case 'pvv': {
      const [pin, keyIndex] = [input.text('pin'), input.count('keyIndex')];
      return withPan(input, (pan) => computePvv(key, pan, pin, keyIndex));
    }
    case 'iv-cvc3': {
      const trackData = input.bytes('trackData');
      return () => hexed(computeIvCvc3(key, trackData));
    }
    case 'cvc3': {
      const [iv, un, atc] = [input.bytes('ivCvc3'), input.bytes('un'), input.bytes('atc')];
      return () => hexed(computeCvc3(key, iv, un, atc));
    }
    default:
      return ibm3624(input, method);
  }
}

function ibm3624(
  input: VectorInput,
  method: 'ibm3624-natural-pin' | 'ibm3624-offset' | 'ibm3624-pin',
): () => Told {
  const key = input.key('key');
  const decimalisationTable = input.text('decimalisationTable');
  const given = { validationData: input.text('validationData'), decimalisationTable };
  switch (method) {
    case 'ibm3624-natural-pin': {
      const length = input.count('length');
      return () => worded(computeNaturalPin(key, given, length));
    }
    case 'ibm3624-offset': {
      const pin = input.text('pin');
      return () => worded(computePinOffset(key, given, pin));
    }
    case 'ibm3624-pin': {
      const offset = input.text('offset');
      return () => worded(applyPinOffset(key, given, offset));
    }
    default:
      return method satisfies never;
  }
}

function withPan(input: VectorInput, compute: (pan: Pan) => Result<string, Malformed>): () => Told {
  const text = input.text('pan');
  return () => {
    const pan = parsePan(text);
    return pan.ok ? worded(compute(pan.value)) : pan;
  };
}

function worded(value: Result<string, Malformed>): Told {
  return value.ok ? ok({ value: value.value }) : value;
}

function hexed(value: Result<Uint8Array, Malformed>): Told {
  return value.ok ? ok({ value: encodeHex(value.value) }) : value;
}
