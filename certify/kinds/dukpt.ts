import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import {
  AES_DUKPT_KEY_TYPES,
  AES_DUKPT_USAGES,
  type AesDukptKeyType,
  type AesDukptUsage,
  aesTypeOf,
  deriveAesDerivationKey,
  deriveAesInitialKey,
  deriveAesUpdateKey,
  deriveAesWorkingKey,
} from '#kernel/keys/dukpt-aes.ts';
import {
  deriveTdesInitialKey,
  deriveTdesTransactionKey,
  deriveTdesWorkingKey,
  TDES_DUKPT_USAGES,
} from '#kernel/keys/dukpt-tdes.ts';
import {
  type AesKsn,
  nextAesKsn,
  nextTdesKsn,
  parseAesKsn,
  parseTdesKsn,
} from '#kernel/keys/ksn.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { changed, everywhere, replaced, wrongLengths } from '../damage.ts';
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
  *mutations(input) {
    yield* damagedKeys(input, 10, [16]);
    if (input['usage'] !== 'ipek') yield* refusedCounters(input, 14, TDES_COUNTERS);
  },
};

/** Keys of AES DUKPT (X9.24-3), from the base derivation key or the initial key. */
export const dukptAes: VectorKind = {
  kind: 'dukpt.aes',
  run(members) {
    const input = new VectorInput(members);
    const usage = input.oneOf('usage', ['initial', 'derivation', 'update', ...AES_DUKPT_USAGES]);
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
  *mutations(input) {
    const { usage, keyType } = input;
    const isInitial = usage === 'initial' || usage === 'update';
    const isDerived = usage !== 'initial' && usage !== 'derivation';
    yield* damagedKeys(input, 12, [16, 24, 32]);
    if (!isInitial) yield* refusedCounters(input, 16, AES_COUNTERS);
    const isWeakest = String(input['initialKey'] ?? input['bdk']).length === 32;
    const strong = isDerived && isWeakest ? ['aes192', 'aes256'] : [];
    yield* replaced(input, 'keyType', 'length', [...strong, 'aes64']);
    if (!isDerived && keyType !== 'tdes2') yield* replaced(input, 'keyType', 'length', ['tdes2']);
  },
};

/** The key serial number of the next transaction: which counters are passed over, and the end. */
export const dukptNextKsn: VectorKind = {
  kind: 'dukpt.next-ksn',
  run(members) {
    const input = new VectorInput(members);
    const scheme = input.oneOf('scheme', ['tdes', 'aes']);
    const bytes = input.bytes('ksn');
    if (input.fault) return fail(input.fault);
    const next = scheme === 'tdes' ? nextTdes(bytes) : nextAes(bytes);
    return next.ok ? ok({ ksn: encodeHex(next.value) }) : next;
  },
  *mutations(input) {
    yield* wrongLengths(input, 'ksn', [input['scheme'] === 'tdes' ? 10 : 12]);
    yield* changed(input, 'ksn', 'digit', everywhere(String(input['ksn']), 'G'));
    yield* replaced(input, 'scheme', 'tag', ['', 'des']);
  },
};

function nextTdes(bytes: Uint8Array): Result<Uint8Array, Malformed> {
  const ksn = parseTdesKsn(bytes);
  return ksn.ok ? nextTdesKsn(ksn.value) : ksn;
}

function nextAes(bytes: Uint8Array): Result<Uint8Array, Malformed> {
  const ksn = parseAesKsn(bytes);
  return ksn.ok ? nextAesKsn(ksn.value) : ksn;
}

/** Counters that no transaction has: zero, and too many one bits. The last 6 digits of a KSN. */
const TDES_COUNTERS = ['E00000', 'E007FF', 'FFFFFF'];
/** The last 8 digits of a KSN. */
const AES_COUNTERS = ['00000000', '0001FFFF', 'FFFFFFFF'];

function aesKey(
  initial: SecretKey,
  ksn: AesKsn,
  usage: AesDukptUsage | 'initial' | 'derivation' | 'update',
  keyType: AesDukptKeyType,
): Key {
  if (usage === 'update') return deriveAesUpdateKey(initial, ksn, keyType);
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

function* damagedKeys(
  input: JsonObject,
  ksnBytes: number,
  keyBytes: readonly number[],
): Iterable<Mutation> {
  yield* wrongLengths(input, 'ksn', [ksnBytes]);
  yield* wrongLengths(input, 'initialKey' in input ? 'initialKey' : 'bdk', keyBytes);
  yield* changed(input, 'ksn', 'digit', everywhere(String(input['ksn']), 'G'));
}

/** The KSN with these counters. */
function* refusedCounters(
  input: JsonObject,
  at: number,
  counters: readonly string[],
): Iterable<Mutation> {
  const kept = String(input['ksn']).slice(0, at);
  const others = counters.map((counter) => kept + counter);
  yield* replaced(input, 'ksn', 'digit', others);
}
