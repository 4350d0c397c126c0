import { type Command, commandGroup } from './command.ts';
import { type InputOption, type KindCommand, kindCommand } from './kind-command.ts';

const KEY: InputOption = { option: 'key', type: 'hex', help: 'the key' };
const PAN: InputOption = { option: 'pan', type: 'text', help: 'the card number' };
const optional = (option: InputOption): InputOption => ({ ...option, optional: true });
const hex = (option: string, help: string): InputOption => ({ option, type: 'hex', help });
const text = (option: string, help: string): InputOption => ({ option, type: 'text', help });
const number = (option: string, help: string): InputOption => ({ option, type: 'number', help });
const length = (unit: string, byDefault: string): InputOption => ({
  option: 'length',
  member: 'lengthBytes',
  type: 'number',
  help: `bytes of ${unit}`,
  default: byDefault,
});

const PIN_FORMAT = number('format', 'ISO 9564-1 format: 0, 1, 2, 3 or 4');
const PIN_FILL = hex('fill', 'the random part of formats 1, 3 and 4');
const KBPK = hex('kbpk', 'the key block protection key');
const CRYPTOGRAM_ALGORITHM: InputOption = {
  ...text('algorithm', 'tdes or aes'),
  default: 'tdes',
};

const COMMANDS: readonly KindCommand[] = [
  {
    name: 'kcv',
    kind: 'check-value',
    summary: 'a key check value',
    example: 'kcv --key @key.hex --algorithm tdes',
    options: [
      KEY,
      { ...text('algorithm', 'tdes (zeros) or aes-cmac'), default: 'tdes' },
      length('check value', '3'),
    ],
  },
  {
    name: 'mac',
    kind: 'mac',
    summary: 'a message authentication code',
    example: 'mac --algorithm cmac-aes --key @key.hex --data 0123 --length 8',
    options: [
      text('algorithm', 'iso9797-1-alg1, iso9797-1-alg3, cmac-tdes, cmac-aes or hmac-sha256'),
      KEY,
      hex('data', 'what to authenticate'),
      optional(number('padding', 'of ISO 9797-1: 1, 2 or 3')),
      length('MAC', '8'),
    ],
  },
  {
    name: 'encode-pin-block',
    kind: 'pin-block.encode',
    summary: 'a PIN block, enciphered for format 4 or where a key is given',
    example: 'encode-pin-block --format 0 --pin 1234 --pan 4012345678909 --reveal',
    options: [
      PIN_FORMAT,
      text('pin', 'the PIN; better from a file than on the command line'),
      optional(PAN),
      optional(PIN_FILL),
      optional(KEY),
    ],
    secret: ['clear'],
  },
  {
    name: 'decode-pin-block',
    kind: 'pin-block.decode',
    summary: 'the PIN of a PIN block',
    example: 'decode-pin-block --format 0 --block 041274EDCBA9876F --pan 4012345678909 --reveal',
    options: [PIN_FORMAT, hex('block', 'the PIN block'), optional(PAN), optional(KEY)],
    secret: ['pin'],
  },
  {
    name: 'dukpt-tdes',
    kind: 'dukpt.tdes',
    summary: 'a key of TDES DUKPT (ANSI X9.24-1)',
    example: 'dukpt-tdes --bdk @bdk.hex --ksn FFFF9876543210E00001 --usage pin --reveal',
    options: [
      hex('bdk', 'the base derivation key'),
      hex('ksn', 'the key serial number, 10 bytes'),
      text(
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
      optional(hex('bdk', 'the base derivation key, or')),
      optional({ ...hex('initial-key', 'the initial key of the device'), member: 'initialKey' }),
      hex('ksn', 'the key serial number, 12 bytes'),
      text('usage', 'initial, derivation, pin, mac-generation, data-encryption, …'),
      { ...text('key-type', 'aes128, aes192, aes256, tdes2 or tdes3'), member: 'keyType' },
    ],
    secret: ['key'],
  },
  {
    name: 'unwrap',
    kind: 'key-block.unwrap',
    summary: 'the header and the key of a key block (TR-31, ANSI X9.143)',
    example: 'unwrap --kbpk @kbpk.hex --block @block.txt --reveal',
    options: [KBPK, text('block', 'the key block')],
    secret: ['key'],
  },
  {
    name: 'wrap',
    kind: 'key-block.wrap',
    summary: 'a key block',
    example: 'wrap --kbpk @kbpk.hex --key @key.hex --header @header.json --fill 0123456789ABCDEF',
    options: [
      KBPK,
      KEY,
      { option: 'header', type: 'json', help: 'version, keyUsage, algorithm, modeOfUse, …' },
      hex('fill', 'the random padding'),
    ],
  },
  {
    name: 'session-key',
    kind: 'emv.session-key',
    summary: "a card's master key or a session key (EMV Book 2)",
    example: 'session-key --method csk --mk @mk.hex --atc 0001 --reveal',
    options: [
      text('method', 'option-a, option-b, csk, mastercard-skd, emv2000 or aes-csk'),
      optional(hex('imk', 'issuer master key, for option-a and option-b')),
      optional(PAN),
      optional(text('psn', 'PAN sequence number')),
      optional(hex('mk', 'master key of the card, for the others')),
      optional(hex('atc', 'application transaction counter')),
      optional(hex('un', 'unpredictable number')),
      optional(number('height', 'of the tree of emv2000')),
      optional(number('branch', 'factor of the tree of emv2000')),
      optional(hex('iv', 'initial value of emv2000')),
    ],
    secret: ['key'],
  },
  {
    name: 'arqc',
    kind: 'emv.arqc',
    summary: 'an application cryptogram',
    example: 'arqc --sk @sk.hex --data 000000001000… --padding 2',
    options: [
      optional(hex('mk', 'master key of the card, or')),
      optional(hex('sk', 'session key')),
      optional(hex('imk', 'issuer master key, with --pan and --psn')),
      optional(PAN),
      optional(text('psn', 'PAN sequence number')),
      optional(hex('atc', 'application transaction counter')),
      hex('data', 'what the cryptogram is over'),
      { ...number('padding', 'of ISO 9797-1: 1 or 2'), default: '2' },
      CRYPTOGRAM_ALGORITHM,
    ],
  },
  {
    name: 'arpc',
    kind: 'emv.arpc',
    summary: "the issuer's answer to a cryptogram",
    example: 'arpc --method 1 --sk @sk.hex --arqc 675B759BB5350F8C --arc 3030',
    options: [
      number('method', '1 (with --arc) or 2 (with --csu)'),
      hex('sk', 'session key'),
      hex('arqc', 'the cryptogram it answers'),
      optional(hex('arc', 'authorisation response code')),
      optional(hex('csu', 'card status update')),
      optional(hex('pad', 'proprietary authentication data')),
      CRYPTOGRAM_ALGORITHM,
    ],
  },
];

/** `tessera keys …` */
export const keys: Command = commandGroup(
  'keys',
  'payment keys, PIN blocks, MACs and cryptograms',
  'tessera keys kcv --key @key.hex',
  COMMANDS.map(kindCommand),
);
