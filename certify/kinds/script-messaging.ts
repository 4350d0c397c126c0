import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, ok, type Result } from '#kernel/bytes/result.ts';
import {
  buildVisaPinChangeBlock,
  computeScriptMac,
  encipherScriptData,
} from '#kernel/keys/script-messaging.ts';
import { changed, everywhere, replaced, wrongLengths } from '../damage.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, VectorKind } from '../vector-kind.ts';

type Told = Result<JsonObject, Malformed>;

/**
 * Protecting issuer scripts, by `method`: `mac` (with `atc` and `cryptogram`, or without both),
 * `encipher`, `visa-pin-change`. Answers `value`.
 */
export const scriptMessaging: VectorKind = {
  kind: 'script-messaging',
  run(members) {
    const input = new VectorInput(members);
    const compute = protection(input);
    return input.fault ? fail(input.fault) : compute();
  },
  *mutations(input) {
    yield* wrongLengths(input, 'key', [16]);
    yield* wrongLengths(input, 'header', [5]);
    yield* wrongLengths(input, 'atc', [2]);
    yield* wrongLengths(input, 'cryptogram', [8]);
    yield* replaced(input, 'lengthBytes', 'length', [0, 3, 9]);
    if (input['method'] === 'encipher') {
      yield* replaced(input, 'data', 'length', ['00'.repeat(256)]);
      yield* replaced(input, 'rules', 'tag', ['', 'amex']);
    }
    for (const name of ['pin', 'currentPin']) {
      yield* changed(input, name, 'digit', everywhere(String(input[name] ?? ''), 'x'));
      yield* replaced(input, name, 'length', ['', '123', '1234567890123']);
    }
  },
};

function protection(input: VectorInput): () => Told {
  const key = input.key('key');
  const method = input.oneOf('method', ['mac', 'encipher', 'visa-pin-change']);
  switch (method) {
    case 'mac': {
      const [header, data] = [input.bytes('header'), input.bytes('data')];
      const lengthBytes = input.count('lengthBytes');
      const isPart = input.has('atc') || input.has('cryptogram');
      const transaction = isPart && {
        transaction: { atc: input.bytes('atc'), cryptogram: input.bytes('cryptogram') },
      };
      return () => told(computeScriptMac(key, { header, data, ...transaction }, lengthBytes));
    }
    case 'encipher': {
      const rules = input.oneOf('rules', ['visa', 'mastercard', 'common-core']);
      const data = input.bytes('data');
      return () => told(encipherScriptData(key, data, rules));
    }
    case 'visa-pin-change': {
      const pin = input.text('pin');
      const current = input.has('currentPin') ? input.text('currentPin') : undefined;
      return () => told(buildVisaPinChangeBlock(key, pin, current));
    }
    default:
      return method satisfies never;
  }
}

function told(value: Result<Uint8Array, Malformed>): Told {
  return value.ok ? ok({ value: encodeHex(value.value) }) : value;
}
