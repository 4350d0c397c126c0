import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, ok, type Result } from '#kernel/bytes/result.ts';
import {
  computeArpcMethod1,
  computeArpcMethod2,
  computeCryptogram,
  verifyCryptogram,
} from '#kernel/keys/cryptogram.ts';
import {
  deriveMasterKeyOptionA,
  deriveMasterKeyOptionB,
  deriveMasterKeyOptionC,
} from '#kernel/keys/emv-master-key.ts';
import {
  deriveAesSessionKey,
  deriveCommonSessionKey,
  deriveMastercardSessionKey,
  deriveScriptSessionKey,
  deriveTreeSessionKey,
  deriveVisaScriptKey,
} from '#kernel/keys/emv-session-keys.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { changed, everywhere, replaced, wrongLengths } from '../damage.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, Mutation, VectorKind } from '../vector-kind.ts';
import { wrongResult } from './mac.ts';

type Key = Result<SecretKey, Malformed>;

const ALGORITHMS = ['tdes', 'aes'] as const;
const MASTER_KEYS = {
  'option-a': deriveMasterKeyOptionA,
  'option-b': deriveMasterKeyOptionB,
  'option-c': deriveMasterKeyOptionC,
};

/** A card's master key (options A to C) or session key, by its method. */
export const emvSessionKey: VectorKind = {
  kind: 'emv.session-key',
  run(members) {
    const input = new VectorInput(members);
    const derive = derivation(input);
    if (input.fault) return fail(input.fault);
    const key = derive();
    return key.ok ? ok({ key: key.value.revealHex() }) : key;
  },
  *mutations(input) {
    const { method } = input;
    const isAes = method === 'option-c' || method === 'aes-csk';
    for (const name of ['imk', 'mk']) yield* wrongLengths(input, name, isAes ? AES_KEYS : [16]);
    yield* damagedInputs(input);
    yield* wrongLengths(input, 'iv', [16]);
    yield* replaced(input, 'height', 'length', [0, 1, 17, 2 ** 53]);
    yield* replaced(input, 'branch', 'length', [0, 1, 257, 2 ** 53]);
  },
};

/** Application cryptograms, from a session key or from the keys it is derived from. */
export const emvArqc: VectorKind = {
  kind: 'emv.arqc',
  run(members) {
    const input = new VectorInput(members);
    const algorithm = input.has('algorithm') ? input.oneOf('algorithm', ALGORITHMS) : 'tdes';
    const data = input.bytes('data');
    const padding = input.has('padding') ? input.count('padding') : 2;
    const derive = cryptogramKey(input);
    const claimed = input.has('verify') ? input.bytes('verify') : undefined;
    if (input.fault) return fail(input.fault);
    if (padding !== 1 && padding !== 2) {
      return fail({ kind: 'bad-input', path: 'padding', offset: 0 });
    }
    const key = derive();
    if (!key.ok) return key;
    const request = { algorithm, sessionKey: key.value, data, padding } as const;
    if (claimed) {
      const verified = verifyCryptogram(request, claimed);
      return verified.ok ? ok({ cryptogram: encodeHex(claimed) }) : verified;
    }
    const computed = computeCryptogram(request);
    return computed.ok ? ok({ cryptogram: encodeHex(computed.value) }) : computed;
  },
  *mutations(input, expected) {
    const isAes = input['algorithm'] === 'aes';
    for (const name of ['sk', 'mk']) yield* wrongLengths(input, name, isAes ? AES_KEYS : [16]);
    yield* wrongLengths(input, 'imk', [16]);
    yield* damagedInputs(input);
    yield* replaced(input, 'padding', 'digit', [0, 3]);
    yield* wrongResult(input, expected['cryptogram'], 'mac');
  },
};

/** The issuer's answer to the card, method 1 or 2. */
export const emvArpc: VectorKind = {
  kind: 'emv.arpc',
  run(members) {
    const input = new VectorInput(members);
    const algorithm = input.has('algorithm') ? input.oneOf('algorithm', ALGORITHMS) : 'tdes';
    const [method, key, arqc] = [input.count('method'), input.key('sk'), input.bytes('arqc')];
    const arc = method === 1 ? input.bytes('arc') : new Uint8Array(0);
    const csu = method === 2 ? input.bytes('csu') : new Uint8Array(0);
    const proprietary = input.has('pad') ? input.bytes('pad') : new Uint8Array(0);
    if (input.fault) return fail(input.fault);
    if (method !== 1 && method !== 2) return fail({ kind: 'bad-input', path: 'method', offset: 0 });
    const arpc =
      method === 1
        ? computeArpcMethod1(algorithm, key, arqc, arc)
        : computeArpcMethod2(algorithm, key, arqc, csu, proprietary);
    return arpc.ok ? ok({ arpc: encodeHex(arpc.value) }) : arpc;
  },
  *mutations(input) {
    yield* wrongLengths(input, 'sk', input['algorithm'] === 'aes' ? AES_KEYS : [16]);
    yield* wrongLengths(input, 'arqc', [8]);
    yield* wrongLengths(input, 'arc', [2]);
    yield* wrongLengths(input, 'csu', [4]);
    yield* replaced(input, 'pad', 'length', ['00'.repeat(9)]);
    yield* replaced(input, 'method', 'digit', [0, 3]);
  },
};

const AES_KEYS = [16, 24, 32];

/** What derivations take besides their key. */
function* damagedInputs(input: JsonObject): Iterable<Mutation> {
  yield* wrongLengths(input, 'atc', [2]);
  yield* wrongLengths(input, 'un', [4]);
  yield* wrongLengths(input, 'arqc', [8]);
  yield* changed(input, 'pan', 'digit', everywhere(String(input['pan'] ?? ''), 'A'));
  yield* replaced(input, 'pan', 'length', ['', '1'.repeat(20)]);
  yield* replaced(input, 'psn', 'digit', ['', '1', '111', '1A']);
}

/** Reads what the method needs; the derivation itself only runs when nothing was missing. */
function derivation(input: VectorInput): () => Key {
  const method = input.oneOf('method', [
    'option-a',
    'option-b',
    'option-c',
    'csk',
    'mastercard-skd',
    'emv2000',
    'aes-csk',
    'script',
    'visa-script',
  ]);
  if (method === 'option-a' || method === 'option-b' || method === 'option-c') {
    return masterKey(input, method);
  }
  const mk = input.key('mk');
  if (method === 'script') {
    const arqc = input.bytes('arqc');
    return () => deriveScriptSessionKey(mk, arqc);
  }
  const atc = input.bytes('atc');
  switch (method) {
    case 'csk':
      return () => deriveCommonSessionKey(mk, atc);
    case 'mastercard-skd': {
      const un = input.bytes('un');
      return () => deriveMastercardSessionKey(mk, atc, un);
    }
    case 'emv2000': {
      const tree = {
        height: input.count('height'),
        branch: input.count('branch'),
        iv: input.bytes('iv'),
      };
      return () => deriveTreeSessionKey(mk, atc, tree);
    }
    case 'visa-script':
      return () => deriveVisaScriptKey(mk, atc);
    case 'aes-csk':
      return () => deriveAesSessionKey(mk, atc);
    default:
      return method satisfies never;
  }
}

function masterKey(input: VectorInput, option: keyof typeof MASTER_KEYS): () => Key {
  const [imk, pan] = [input.key('imk'), input.text('pan')];
  const psn = input.has('psn') ? input.text('psn') : '00';
  return () => {
    const checked = parsePan(pan);
    return checked.ok ? MASTER_KEYS[option](imk, checked.value, psn) : checked;
  };
}

/** The key as given (`sk`), or derived from `imk` or `mk`, and with an ATC to a session key. */
function cryptogramKey(input: VectorInput): () => Key {
  if (input.has('sk')) {
    const sk = input.key('sk');
    return () => ok(sk);
  }
  const mk = input.has('imk') ? undefined : input.key('mk');
  const derive: () => Key = mk ? () => ok(mk) : masterKey(input, 'option-a');
  if (!input.has('atc')) return derive;
  const atc = input.bytes('atc');
  return () => {
    const card = derive();
    return card.ok ? deriveCommonSessionKey(card.value, atc) : card;
  };
}
