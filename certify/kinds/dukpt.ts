import { fail, type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import {
  AES_DUKPT_KEY_TYPES,
  AES_DUKPT_USAGES,
  type AesDukptKeyType,
  type AesDukptUsage,
  aesTypeOf,
  deriveAesDerivationKey,
  deriveAesInitialKey,
  deriveAesWorkingKey,
} from '#kernel/keys/dukpt-aes.ts';
import {
  deriveTdesInitialKey,
  deriveTdesTransactionKey,
  deriveTdesWorkingKey,
  TDES_DUKPT_USAGES,
} from '#kernel/keys/dukpt-tdes.ts';
import { type AesKsn, parseAesKsn, parseTdesKsn } from '#kernel/keys/ksn.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { trailing, truncations } from '../damage.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, Mutation, VectorKind } from '../vector-kind.ts';

type Key = Result<SecretKey, Malformed>;

/** Keys of TDES DUKPT (X9.24-1), from the base derivation key or the initial key. */
export const dukptTdes: VectorKind = {
  kind: 'dukpt.tdes',
  run(members) {
    const input = new VectorInput(members);
    const usage = input.oneOf('usage', ['ipek', 'transaction', ...TDES_DUKPT_USAGES]);
    const bytes = input.bytes('ksn');
    const given = input.key(input.has('initialKey') ? 'initialKey' : 'bdk');
    if (input.fault) return fail(input.fault);
    const ksn = parseTdesKsn(bytes);
    if (!ksn.ok) return ksn;
    const initial: Key = input.has('initialKey')
      ? ok(given)
      : deriveTdesInitialKey(given, ksn.value);
    if (!initial.ok || usage === 'ipek') return told(initial);
    const transaction = deriveTdesTransactionKey(initial.value, ksn.value);
    if (!transaction.ok || usage === 'transaction') return told(transaction);
    return told(deriveTdesWorkingKey(transaction.value, usage));
  },
  mutations: damagedKeys,
};

/** Keys of AES DUKPT (X9.24-3), from the base derivation key or the initial key. */
export const dukptAes: VectorKind = {
  kind: 'dukpt.aes',
  run(members) {
    const input = new VectorInput(members);
    const usage = input.oneOf('usage', ['initial', 'derivation', ...AES_DUKPT_USAGES]);
    const keyType = input.oneOf('keyType', ['aes128', ...AES_DUKPT_KEY_TYPES]);
    const bytes = input.bytes('ksn');
    const given = input.key(input.has('initialKey') ? 'initialKey' : 'bdk');
    if (input.fault) return fail(input.fault);
    const ksn = parseAesKsn(bytes);
    if (!ksn.ok) return ksn;
    const initial: Key = input.has('initialKey')
      ? ok(given)
      : deriveAesInitialKey(given, ksn.value);
    return initial.ok ? told(aesKey(initial.value, ksn.value, usage, keyType)) : initial;
  },
  mutations: damagedKeys,
};

function aesKey(
  initial: SecretKey,
  ksn: AesKsn,
  usage: AesDukptUsage | 'initial' | 'derivation',
  keyType: AesDukptKeyType,
): Key {
  if (usage !== 'initial' && usage !== 'derivation') {
    return deriveAesWorkingKey(initial, ksn, usage, keyType);
  }
  // These two are as long as the key they come from; a vector may not ask for another.
  const isSame = aesTypeOf(initial)?.lengthBits === Number(keyType.replace('aes', ''));
  if (!isSame) return malformed('bad-key-length', 'keyType', 0);
  return usage === 'initial' ? ok(initial) : deriveAesDerivationKey(initial, ksn);
}

function told(key: Key): Result<JsonObject, Malformed> {
  return key.ok ? ok({ key: key.value.revealHex() }) : key;
}

function* damagedKeys(input: JsonObject): Iterable<Mutation> {
  yield* truncations(input, 'ksn', 2);
  yield* trailing(input, 'ksn', '00');
  const name = 'initialKey' in input ? 'initialKey' : 'bdk';
  yield* trailing(input, name, '00');
  yield {
    damage: 'digit',
    name: 'ksn[0] = G',
    input: { ...input, ksn: `G${input['ksn']}`.slice(0, -1) },
  };
}
