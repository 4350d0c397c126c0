import type { JsonObject } from '../vector-kind.ts';
import {
  bytes,
  type Cipher,
  chained,
  cmac,
  countered,
  encrypt,
  hexOf,
  hmac,
  retail,
  xor,
} from './openssl.fixture.ts';

/** What a valid vector of a kind must give, made without the kernel. */
export type Recompute = (input: JsonObject) => JsonObject;

const HALF = bytes('C0C0C0C000000000C0C0C0C000000000');

const mac: Recompute = (input) => {
  const [key, data] = [bytes(input['key']), bytes(input['data'])];
  const padding = Number(input['padding']);
  const whole = {
    'iso9797-1-alg1': () => chained(key, data, padding),
    'iso9797-1-alg3': () => retail(key, data, padding),
    'cmac-tdes': () => cmac('des', key, data),
    'cmac-aes': () => cmac('aes', key, data),
    'hmac-sha256': () => hmac(key, data),
  }[String(input['algorithm'])];
  return { mac: hexOf(whole?.().subarray(0, Number(input['lengthBytes'])) ?? Buffer.alloc(0)) };
};

const checkValue: Recompute = (input) => {
  const key = bytes(input['key']);
  const block =
    input['algorithm'] === 'tdes'
      ? encrypt('des', key, Buffer.alloc(8))
      : cmac('aes', key, Buffer.alloc(16));
  return { kcv: hexOf(block.subarray(0, Number(input['lengthBytes']))) };
};

const dukptTdes: Recompute = (input) => {
  const ksn = BigInt(`0x${input['ksn']}`);
  const counter = Number(ksn & 0x1fffffn);
  const serial = bytes((ksn - BigInt(counter)).toString(16).padStart(20, '0')).subarray(0, 8);
  const bdk = bytes(input['bdk'] ?? '');
  const initial = input['initialKey']
    ? bytes(input['initialKey'])
    : Buffer.concat([encrypt('des', bdk, serial), encrypt('des', xor(bdk, HALF), serial)]);
  const usage = String(input['usage']);
  if (usage === 'ipek') return { key: hexOf(initial) };
  let register = (ksn - BigInt(counter)) & 0xffffffffffffffffn;
  let key = initial;
  for (const [place, bit] of [...counter.toString(2).padStart(21, '0')].entries()) {
    if (bit === '0') continue;
    register |= 1n << BigInt(20 - place);
    const block = bytes(register.toString(16).padStart(16, '0'));
    const half = (of: Buffer): Buffer => {
      const right = of.subarray(8);
      return xor(encrypt('des', of.subarray(0, 8), xor(block, right)), right);
    };
    key = Buffer.concat([half(xor(key, HALF)), half(key)]);
  }
  const place = {
    pin: 7,
    'mac-request': 6,
    'mac-response': 4,
    'data-request': 5,
    'data-response': 3,
  };
  const at = place[usage as keyof typeof place];
  const mask = Buffer.alloc(16);
  if (at !== undefined) for (const byte of [at, at + 8]) mask[byte] = 0xff;
  const variant = xor(key, mask);
  return { key: hexOf(usage.startsWith('data') ? encrypt('des', variant, variant) : variant) };
};

const AES_TYPES = ['tdes2', 'tdes3', 'aes128', 'aes192', 'aes256'];
const AES_BITS = [128, 192, 128, 192, 256];
const AES_USAGES: Readonly<Record<string, string>> = {
  update: '0002',
  'key-encryption': '0002',
  pin: '1000',
  'mac-generation': '2000',
  'mac-verification': '2001',
  'mac-both': '2002',
  'data-encryption': '3000',
  'data-decryption': '3001',
  'data-both': '3002',
};

function aesStep(key: Buffer, type: string, usage: string, rest: string): Buffer {
  const algorithm = AES_TYPES.indexOf(type);
  const bits = AES_BITS[algorithm] ?? 0;
  const words = [algorithm, bits].map((n) => n.toString(16).padStart(4, '0')).join('');
  const block = (n: number): Buffer => encrypt('aes', key, bytes(`010${n}${usage}${words}${rest}`));
  return Buffer.concat([block(1), block(2)]).subarray(0, bits / 8);
}

const dukptAes: Recompute = (input) => {
  const [ksn, usage, keyType] = ['ksn', 'usage', 'keyType'].map((name) => String(input[name]));
  if (!ksn || !usage || !keyType) return {};
  const given = bytes(input['initialKey'] ?? input['bdk']);
  const own = `aes${given.length * 8}`;
  const initial = input['initialKey'] ? given : aesStep(given, own, '8001', ksn.slice(0, 16));
  if (usage === 'initial') return { key: hexOf(initial) };
  const counter = usage === 'update' ? 0xffffffff : Number.parseInt(ksn.slice(16), 16);
  const placeOf = (n: number): string => ksn.slice(8, 16) + n.toString(16).padStart(8, '0');
  let [key, reached] = [initial, 0];
  for (let bit = 31; bit >= 0; bit--) {
    if (((counter >>> bit) & 1) === 0) continue;
    reached += 2 ** bit;
    key = aesStep(key, own, '8000', placeOf(reached));
  }
  if (usage === 'derivation') return { key: hexOf(key) };
  return { key: hexOf(aesStep(key, keyType, AES_USAGES[usage] ?? '', placeOf(counter))) };
};

const pinBlockEncode: Recompute = ({ format, pin, pan, fill, key }) => {
  const [digits, account] = [String(pin), String(pan)];
  const head = `${format}${digits.length.toString(16)}${digits}`;
  if (format === 4) {
    const first = encrypt('aes', bytes(key), bytes(head.padEnd(16, 'A') + fill));
    const padded = account.padStart(12, '0');
    const field = bytes(`${padded.length - 12}${padded}`.padEnd(32, '0'));
    return { block: hexOf(encrypt('aes', bytes(key), xor(first, field))) };
  }
  const free = format === 0 || format === 2 ? 'F'.repeat(16) : String(fill);
  const plain = bytes((head + free).slice(0, 16));
  const isBound = format === 0 || format === 3;
  const clear = isBound ? xor(plain, bytes(`0000${account.slice(-13, -1)}`)) : plain;
  const isEnciphered = key !== undefined;
  return {
    clear: hexOf(clear),
    ...(isEnciphered && { block: hexOf(encrypt('des', bytes(key), clear)) }),
  };
};

function blockKey(cipher: Cipher, key: Buffer, usage: number): Buffer {
  const algorithm = cipher === 'des' ? key.length / 8 - 2 : key.length / 8;
  const bits = (key.length * 8).toString(16).padStart(4, '0');
  const parts = [1, 2, 3, 4].map((n) =>
    cmac(cipher, key, bytes(`0${n}000${usage}00000${algorithm}${bits}`)),
  );
  return Buffer.concat(parts).subarray(0, key.length);
}

function headerText(header: JsonObject, bodyCharacters: number): string {
  const size = header['version'] === 'D' || header['version'] === 'E' ? 16 : 8;
  const blocks = (header['optionalBlocks'] as readonly JsonObject[]).map(({ id, data }) => {
    const text = String(data);
    const short = text.length + 4;
    const long = (text.length + 10).toString(16).toUpperCase().padStart(4, '0');
    const length = short < 256 ? short.toString(16).toUpperCase().padStart(2, '0') : `0004${long}`;
    return `${id}${length}${text}`;
  });
  let missing = (size - ((16 + blocks.join('').length) % size)) % size;
  if (missing > 0 && missing < 4) missing += size;
  const fill = missing.toString(16).toUpperCase().padStart(2, '0');
  if (missing > 0) blocks.push(`PB${fill}${'0'.repeat(missing - 4)}`);
  const { version, keyUsage, algorithm, modeOfUse, keyVersion, exportability } = header;
  const length = String(16 + blocks.join('').length + bodyCharacters).padStart(4, '0');
  const count = String(blocks.length).padStart(2, '0');
  const fields = `${keyUsage}${algorithm}${modeOfUse}${keyVersion}${exportability}`;
  return `${version}${length}${fields}${count}00${blocks.join('')}`;
}

const keyBlockWrap: Recompute = (input) => {
  const header = input['header'] as JsonObject;
  const [kbpk, key] = [bytes(input['kbpk']), bytes(input['key'])];
  const bits = bytes((key.length * 8).toString(16).padStart(4, '0'));
  const clear = Buffer.concat([bits, key, bytes(input['fill'])]);
  const version = String(header['version']);
  const macBytes = { A: 4, B: 8, C: 4 }[version] ?? 16;
  const text = headerText(header, 2 * (clear.length + macBytes));
  if (macBytes === 4) {
    const iv = Buffer.from(text.slice(0, 8));
    const sealed = encrypt('des', xor(kbpk, Buffer.alloc(32, 0x45)), clear, iv);
    const signed = Buffer.concat([Buffer.from(text), sealed]);
    const mac = chained(xor(kbpk, Buffer.alloc(32, 0x4d)), signed, 1).subarray(0, 4);
    return { block: text + hexOf(sealed) + hexOf(mac) };
  }
  const cipher = version === 'B' ? 'des' : 'aes';
  const mac = cmac(cipher, blockKey(cipher, kbpk, 1), Buffer.concat([Buffer.from(text), clear]));
  const sealed =
    version === 'E'
      ? countered(blockKey('aes', kbpk, 2), mac, clear)
      : encrypt(cipher, blockKey(cipher, kbpk, 0), clear, mac);
  return { block: text + hexOf(sealed) + hexOf(mac) };
};

/** By kind. What is read (`decode`, `unwrap`) is checked by what is made. */
export const RECOMPUTED: Readonly<Record<string, Recompute>> = {
  mac,
  'check-value': checkValue,
  'dukpt.tdes': dukptTdes,
  'dukpt.aes': dukptAes,
  'pin-block.encode': pinBlockEncode,
  'key-block.wrap': keyBlockWrap,
};
