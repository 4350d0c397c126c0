import { randomBytes, randomInt } from 'node:crypto';
import type { Json, JsonObject } from '#certify/vector-kind.ts';
import { fillBytesFor } from '#kernel/keys/key-block.ts';
import { KEY_BLOCK_VERSIONS } from '#kernel/keys/key-block-header.ts';
import type { KindCommand } from '../kind-command.ts';
import {
  hexOption,
  KEY,
  lengthOption,
  numberOption,
  optional,
  PAN,
  PIN,
  textOption,
} from './options.ts';

const PIN_FORMAT = numberOption('format', 'ISO 9564-1 format: 0, 1, 2, 3 or 4');
const PIN_FILL = hexOption('fill', 'the random part of formats 1, 3 and 4, made where absent');
const DEVICE_KEY = [
  optional(hexOption('bdk', 'the base derivation key; this or --initial-key')),
  optional({ ...hexOption('initial-key', 'the initial key of the device'), member: 'initialKey' }),
];
const KBPK = hexOption('kbpk', 'the key block protection key');

/** Check values, MACs, PIN blocks, DUKPT, key blocks. */
export const KEY_COMMANDS: readonly KindCommand[] = [
  {
    name: 'kcv',
    kind: 'check-value',
    summary: 'a key check value',
    example: 'kcv --key @key.hex --algorithm tdes',
    options: [
      KEY,
      { ...textOption('algorithm', 'tdes (zeros) or aes-cmac'), default: 'tdes' },
      optional(hexOption('verify', 'the check value that it must be')),
      lengthOption('check value', '3'),
    ],
  },
  {
    name: 'mac',
    kind: 'mac',
    summary: 'a message authentication code',
    example: 'mac --algorithm cmac-aes --key @key.hex --data 0123 --length 8',
    options: [
      textOption('algorithm', 'iso9797-1-alg1, iso9797-1-alg3, cmac-tdes, cmac-aes or hmac-sha256'),
      KEY,
      hexOption('data', 'what to authenticate'),
      optional(numberOption('padding', 'of ISO 9797-1: 1, 2 or 3')),
      optional(hexOption('verify', 'the MAC that it must be')),
      lengthOption('MAC', '8'),
    ],
  },
  {
    name: 'encode-pin-block',
    kind: 'pin-block.encode',
    summary: 'a PIN block, enciphered for format 4 or where a key is given',
    example: 'encode-pin-block --format 0 --pin 1234 --pan 4012345678909 --reveal',
    options: [PIN_FORMAT, PIN, optional(PAN), optional(PIN_FILL), optional(KEY)],
    secret: ['clear'],
    complete: withPinFill,
  },
  {
    name: 'decode-pin-block',
    kind: 'pin-block.decode',
    summary: 'the PIN of a PIN block',
    example: 'decode-pin-block --format 0 --block 041274EDCBA9876F --pan 4012345678909 --reveal',
    options: [PIN_FORMAT, hexOption('block', 'the PIN block'), optional(PAN), optional(KEY)],
    secret: ['pin'],
  },
  {
    name: 'dukpt-tdes',
    kind: 'dukpt.tdes',
    summary: 'a key of TDES DUKPT (ANSI X9.24-1)',
    example: 'dukpt-tdes --bdk @bdk.hex --ksn FFFF9876543210E00001 --usage pin --reveal',
    options: [
      ...DEVICE_KEY,
      hexOption('ksn', 'the key serial number, 10 bytes'),
      textOption(
        'usage',
        'ipek, transaction, pin, mac-request, mac-response, data-request or data-response',
      ),
    ],
    secret: ['key'],
  },
  {
    name: 'dukpt-aes',
    kind: 'dukpt.aes',
    summary: 'a key of AES DUKPT (ANSI X9.24-3)',
    example:
      'dukpt-aes --bdk @bdk.hex --ksn 123456789012345600000001 --usage pin --key-type aes128',
    options: [
      ...DEVICE_KEY,
      hexOption('ksn', 'the key serial number, 12 bytes'),
      textOption(
        'usage',
        'initial, derivation, update, pin, mac-generation, mac-verification, mac-both, ' +
          'data-encryption, data-decryption, data-both or key-encryption',
      ),
      { ...textOption('key-type', 'aes128, aes192, aes256, tdes2 or tdes3'), member: 'keyType' },
    ],
    secret: ['key'],
  },
  {
    name: 'next-ksn',
    kind: 'dukpt.next-ksn',
    summary: 'the key serial number of the next transaction',
    example: 'next-ksn --scheme tdes --ksn FFFF9876543210EFF800',
    options: [
      textOption('scheme', 'tdes or aes'),
      hexOption('ksn', 'the one used last, 10 or 12 bytes'),
    ],
  },
  {
    name: 'unwrap',
    kind: 'key-block.unwrap',
    summary: 'the header and the key of a key block (TR-31, ANSI X9.143)',
    example: 'unwrap --kbpk @kbpk.hex --block @block.txt --reveal',
    options: [KBPK, textOption('block', 'the key block')],
    secret: ['key'],
  },
  {
    name: 'wrap',
    kind: 'key-block.wrap',
    summary: 'a key block',
    example: 'wrap --kbpk @kbpk.hex --key @key.hex --header @header.json',
    options: [
      KBPK,
      KEY,
      { option: 'header', type: 'json', help: 'version, keyUsage, algorithm, modeOfUse, …' },
      optional(hexOption('fill', 'the random padding, made where absent')),
    ],
    complete: withKeyBlockFill,
  },
];

/** A random fill where none is given: the kernel has no randomness of its own. */
function withPinFill(input: JsonObject): JsonObject {
  const fill = { 1: () => hexOf(8), 3: () => lettersAToF(16), 4: () => hexOf(8) }[
    Number(input['format'])
  ];
  return 'fill' in input || !fill ? input : { ...input, fill: fill() };
}

function withKeyBlockFill(input: JsonObject): JsonObject {
  if ('fill' in input) return input;
  const version = KEY_BLOCK_VERSIONS.find(
    (known) => known === memberOf(input['header'], 'version'),
  );
  const lengthBytes = String(input['key']).length >> 1;
  return version ? { ...input, fill: hexOf(fillBytesFor(version, lengthBytes)) } : input;
}

function memberOf(json: Json | undefined, name: string): Json | undefined {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  return isObject ? (json as JsonObject)[name] : undefined;
}

function hexOf(lengthBytes: number): string {
  return randomBytes(lengthBytes).toString('hex').toUpperCase();
}

function lettersAToF(count: number): string {
  return Array.from({ length: count }, () => 'ABCDEF'[randomInt(6)]).join('');
}
