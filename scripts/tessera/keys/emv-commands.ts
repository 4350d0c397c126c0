import type { KindCommand } from '../kind-command.ts';
import {
  CIPHER,
  hexOption,
  KEY,
  lengthOption,
  numberOption,
  optional,
  PAN,
  PIN,
  textOption,
} from './options.ts';

const ATC = hexOption('atc', 'application transaction counter');
const PSN = textOption('psn', 'PAN sequence number');

/** Keys of cards, cryptograms, card and PIN verification, issuer scripts. */
export const EMV_COMMANDS: readonly KindCommand[] = [
  {
    name: 'session-key',
    kind: 'emv.session-key',
    summary: "a card's master key or a session key (EMV Book 2)",
    example: 'session-key --method csk --mk @mk.hex --atc 0001 --reveal',
    options: [
      textOption(
        'method',
        'option-a, option-b, option-c, csk, mastercard-skd, emv2000, aes-csk, script, visa-script',
      ),
      optional(hexOption('imk', 'issuer master key, for the options')),
      optional(PAN),
      optional(PSN),
      optional(hexOption('mk', 'master key of the card, for the others')),
      optional(ATC),
      optional(hexOption('un', 'unpredictable number, of mastercard-skd')),
      optional(hexOption('arqc', 'the cryptogram, of script')),
      optional(numberOption('height', 'of the tree of emv2000')),
      optional(numberOption('branch', 'factor of the tree of emv2000')),
      optional(hexOption('iv', 'initial value of emv2000')),
    ],
    secret: ['key'],
  },
  {
    name: 'arqc',
    kind: 'emv.arqc',
    summary: 'an application cryptogram',
    example: 'arqc --sk @sk.hex --data 000000001000… --padding 2',
    options: [
      optional(hexOption('mk', 'master key of the card; this, --sk or --imk')),
      optional(hexOption('sk', 'session key')),
      optional(hexOption('imk', 'issuer master key, with --pan and --psn')),
      optional(PAN),
      optional(PSN),
      optional(ATC),
      hexOption('data', 'what the cryptogram is over'),
      { ...numberOption('padding', 'of ISO 9797-1: 1 or 2'), default: '2' },
      optional(hexOption('verify', 'the cryptogram that it must be')),
      CIPHER,
    ],
  },
  {
    name: 'arpc',
    kind: 'emv.arpc',
    summary: "the issuer's answer to a cryptogram",
    example: 'arpc --method 1 --sk @sk.hex --arqc 675B759BB5350F8C --arc 3030',
    options: [
      numberOption('method', '1 (with --arc) or 2 (with --csu)'),
      hexOption('sk', 'session key'),
      hexOption('arqc', 'the cryptogram it answers'),
      optional(hexOption('arc', 'authorisation response code')),
      optional(hexOption('csu', 'card status update')),
      optional(hexOption('pad', 'proprietary authentication data')),
      CIPHER,
    ],
  },
  {
    name: 'verify-cryptogram',
    kind: 'emv.application-cryptogram',
    summary: "an issuer's check of a card's cryptogram, by its version",
    example: 'verify-cryptogram --scheme visa --mk @mk.hex --card @card.json',
    options: [
      textOption('scheme', 'visa, mastercard, interac or common-core'),
      hexOption('mk', 'master key of the card'),
      { option: 'card', type: 'json', help: 'what card and terminal said, {"9F26": "…", …}' },
    ],
    secret: ['key'],
  },
  {
    name: 'card-verification',
    kind: 'card-verification',
    summary: 'CVV, dCVV, PVV, IBM 3624 PIN and offset, CVC3',
    example:
      'card-verification --method cvv --key @cvk.hex --pan 4012345678909 ' +
      '--expiry 2512 --service-code 101',
    options: [
      textOption(
        'method',
        'cvv, dcvv, pvv, ibm3624-natural-pin, ibm3624-offset, ibm3624-pin, iv-cvc3 or cvc3',
      ),
      KEY,
      optional(PAN),
      optional(textOption('expiry', 'of CVV, four digits')),
      optional({ ...textOption('service-code', 'of CVV'), member: 'serviceCode' }),
      optional(PIN),
      optional({ ...numberOption('key-index', 'of PVV'), member: 'keyIndex' }),
      optional(textOption('offset', 'of IBM 3624')),
      optional({ ...textOption('validation-data', 'of IBM 3624'), member: 'validationData' }),
      optional({
        ...textOption('table', 'decimalisation of IBM 3624'),
        member: 'decimalisationTable',
      }),
      optional(numberOption('length', 'digits of the PIN of IBM 3624')),
      optional({ ...hexOption('track-data', 'of the IV of CVC3'), member: 'trackData' }),
      optional({ ...hexOption('iv', 'of CVC3'), member: 'ivCvc3' }),
      optional(hexOption('un', 'unpredictable number, of CVC3')),
      optional({ ...numberOption('counter', 'ATC of dCVV'), member: 'atc' }),
      optional(hexOption('atc', 'of CVC3')),
    ],
    secret: ['value'],
  },
  {
    name: 'script',
    kind: 'script-messaging',
    summary: 'protection of issuer scripts: MAC, enciphered data, PIN change',
    example:
      'script --method mac --key @smi.hex --header 8418000008 --atc 0001 ' +
      '--cryptogram 0123456789ABCDEF --data 00',
    options: [
      textOption('method', 'mac, encipher or visa-pin-change'),
      KEY,
      optional(hexOption('header', 'CLA INS P1 P2 Lc of the command')),
      optional(ATC),
      optional(hexOption('cryptogram', 'the ARQC of the transaction, with --atc')),
      optional(hexOption('data', 'of the command')),
      lengthOption('MAC', '8'),
      optional(textOption('rules', 'of encipher: visa, mastercard or common-core')),
      optional(PIN),
      optional({ ...textOption('current-pin', 'of the PIN change'), member: 'currentPin' }),
    ],
    secret: ['value'],
  },
];
