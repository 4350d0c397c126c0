import { createHash } from 'node:crypto';
import type { JsonObject } from '../vector-kind.ts';
import { bytes, cmac, encrypt, filled, hexOf, odd, retail, xor } from './openssl.fixture.ts';
import type { Recompute } from './openssl-keys.fixture.ts';

/** The decimal digits of hex, then its letters as 0 to 5. */
function decimal(hex: string, count: number): string {
  const letters = [...hex.replace(/\d/g, '')].map((letter) => Number.parseInt(letter, 16) - 10);
  return (hex.replace(/\D/g, '') + letters.join('')).slice(0, count);
}

function inverse(data: Buffer): Buffer {
  return xor(data, Buffer.alloc(data.length, 0xff));
}

function masterKey({ method, imk, pan, psn = '00' }: JsonObject): Buffer {
  const [key, account] = [bytes(imk), `${pan}${psn}`];
  if (method === 'option-c') {
    const value = bytes(account.padStart(32, '0'));
    const both = Buffer.concat([encrypt('aes', key, value), encrypt('aes', key, inverse(value))]);
    return both.subarray(0, key.length);
  }
  const even = account.length % 2 === 0 ? account : `0${account}`;
  const digest = createHash('sha1').update(bytes(even)).digest('hex').toUpperCase();
  const isHashed = method === 'option-b' && String(pan).length > 16;
  const digits = isHashed ? decimal(digest, 16) : account.slice(-16).padStart(16, '0');
  const value = bytes(digits);
  return odd(encrypt('des', key, Buffer.concat([value, inverse(value)])));
}

/** Two blocks that differ in their third byte. */
function diversified(value: Buffer): Buffer {
  const [left, right] = [Buffer.from(value), Buffer.from(value)];
  left[2] = 0xf0;
  right[2] = 0x0f;
  return Buffer.concat([left, right]);
}

function tdesSessionKey(mk: Buffer, value: string): Buffer {
  return odd(encrypt('des', mk, diversified(bytes(value))));
}

function aesSessionKey(mk: Buffer, atc: string): Buffer {
  const value = bytes(atc.padEnd(32, '0'));
  if (mk.length === 16) return encrypt('aes', mk, value);
  return encrypt('aes', mk, diversified(value)).subarray(0, mk.length);
}

/** The tree of EMV2000 from the leaf up, as the book writes it. */
function treeKey(mk: Buffer, { atc, height, branch, iv }: JsonObject): Buffer {
  const factor = Number(branch);
  const node = (level: number, at: number): Buffer => {
    if (level < 0) return bytes(iv);
    if (level === 0) return mk;
    const parent = node(level - 1, Math.floor(at / factor));
    const grandparent =
      level === 1 ? bytes(iv) : node(level - 2, Math.floor(at / (factor * factor)));
    const mask = Buffer.alloc(16);
    mask[7] = at % factor;
    mask[15] = (at % factor) ^ 0xf0;
    return encrypt('des', parent, xor(grandparent, mask));
  };
  const leaf = Number.parseInt(String(atc), 16);
  const depth = Number(height);
  return odd(xor(node(depth, leaf), node(depth - 2, Math.floor(leaf / (factor * factor)))));
}

function sessionKeyOf(input: JsonObject): Buffer {
  const [mk, atc] = [bytes(input['mk']), String(input['atc'])];
  switch (input['method']) {
    case 'csk':
      return tdesSessionKey(mk, atc.padEnd(16, '0'));
    case 'mastercard-skd':
      return tdesSessionKey(mk, `${atc}0000${input['un']}`);
    case 'script':
      return tdesSessionKey(mk, String(input['arqc']));
    case 'visa-script': {
      const zeros = '0'.repeat(12);
      return odd(xor(mk, bytes(zeros + atc + zeros + hexOf(inverse(bytes(atc))))));
    }
    case 'aes-csk':
      return aesSessionKey(mk, atc);
    case 'emv2000':
      return treeKey(mk, input);
    default:
      return masterKey(input);
  }
}

function cryptogramOf(algorithm: unknown, key: Buffer, data: Buffer, padding: unknown): Buffer {
  if (algorithm === 'aes') return cmac('aes', key, data).subarray(0, 8);
  return retail(key, data, Number(padding ?? 2));
}

const arqc: Recompute = (input) => {
  const { imk, mk, sk, atc, algorithm, data, padding } = input;
  const card = imk ? masterKey({ ...input, method: 'option-a' }) : bytes(mk ?? sk);
  const key = atc ? tdesSessionKey(card, String(atc).padEnd(16, '0')) : card;
  return { cryptogram: hexOf(cryptogramOf(algorithm, key, bytes(data), padding)) };
};

const arpc: Recompute = ({ method, sk, arqc, arc, csu, pad = '', algorithm }) => {
  const key = bytes(sk);
  if (method === 2) {
    const mac = cryptogramOf(algorithm, key, bytes(`${arqc}${csu}${pad}`), 2);
    return { arpc: hexOf(mac.subarray(0, 4)) };
  }
  const mixed = xor(bytes(arqc), bytes(arc));
  const block =
    algorithm === 'aes'
      ? encrypt('aes', key, Buffer.concat([mixed, Buffer.alloc(8)]))
      : encrypt('des', key, mixed);
  return { arpc: hexOf(block.subarray(0, 8)) };
};

function cvv(key: Buffer, digits: string): string {
  const data = bytes(digits.padEnd(32, '0'));
  const first = encrypt('des', key.subarray(0, 8), data.subarray(0, 8));
  return decimal(hexOf(encrypt('des', key, xor(first, data.subarray(8)))), 3);
}

function naturalPin(key: Buffer, { validationData, decimalisationTable }: JsonObject): string {
  const table = String(decimalisationTable);
  const digits = [...hexOf(encrypt('des', key, bytes(validationData)))];
  return digits.map((digit) => table[Number.parseInt(digit, 16)]).join('');
}

function digitwise(one: string, other: string, sign: 1 | -1): string {
  return [...one].map((digit, i) => (Number(digit) + sign * Number(other[i]) + 10) % 10).join('');
}

const cardVerification: Recompute = (input) => {
  const { method, pan, pin, expiry, serviceCode, atc } = input;
  const key = bytes(input['key']);
  switch (method) {
    case 'cvv':
      return { value: cvv(key, `${pan}${expiry}${serviceCode}`) };
    case 'dcvv': {
      const counted = String(atc).padStart(4, '0') + String(pan).slice(4);
      return { value: cvv(key, `${counted}${expiry}${serviceCode}`) };
    }
    case 'pvv': {
      const account = String(pan).slice(-12, -1);
      const data = bytes(`${account}${input['keyIndex']}${String(pin).slice(0, 4)}`);
      return { value: decimal(hexOf(encrypt('des', key, data)), 4) };
    }
    case 'ibm3624-natural-pin':
      return { value: naturalPin(key, input).slice(0, Number(input['length'])) };
    case 'ibm3624-offset':
      return { value: digitwise(String(pin), naturalPin(key, input), -1) };
    case 'ibm3624-pin':
      return { value: digitwise(String(input['offset']), naturalPin(key, input), 1) };
    case 'iv-cvc3':
      return { value: hexOf(retail(key, bytes(input['trackData']), 2).subarray(6)) };
    default: {
      const block = bytes(`${input['ivCvc3']}${input['un']}${atc}`);
      return { value: hexOf(encrypt('des', key, block).subarray(6)) };
    }
  }
};

const scriptMessaging: Recompute = (input) => {
  const { method, header, atc = '', cryptogram = '', data, rules, pin, currentPin } = input;
  const key = bytes(input['key']);
  if (method === 'mac') {
    const mac = retail(key, bytes(`${header}${atc}${cryptogram}${data}`), 2);
    return { value: hexOf(mac.subarray(0, Number(input['lengthBytes']))) };
  }
  if (method === 'encipher') {
    const plain = bytes(data);
    const sized = rules === 'visa' ? Buffer.concat([Buffer.of(plain.length), plain]) : plain;
    const isKept = rules !== 'common-core' && sized.length > 0 && sized.length % 8 === 0;
    const padded = isKept ? sized : filled(sized, 2);
    const iv = rules === 'visa' ? undefined : Buffer.alloc(8);
    return { value: hexOf(encrypt('des', key, padded, iv)) };
  }
  const field = bytes(`0${String(pin).length.toString(16)}${pin}`.padEnd(16, 'F'));
  const block = xor(field, Buffer.concat([Buffer.alloc(4), key.subarray(4, 8)]));
  const current = bytes(String(currentPin ?? '').padEnd(16, '0'));
  return { value: hexOf(xor(block, current)) };
};

/** By kind. */
export const RECOMPUTED_EMV: Readonly<Record<string, Recompute>> = {
  'emv.session-key': (input) => ({ key: hexOf(sessionKeyOf(input)) }),
  'emv.arqc': arqc,
  'emv.arpc': arpc,
  'card-verification': cardVerification,
  'script-messaging': scriptMessaging,
};
