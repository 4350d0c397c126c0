import { hex } from '../../../bytes/hex.ts';
import type { ContactlessInput } from '../input.ts';
import { CA_PRIVATE, ISSUER_CERTIFICATE, tlv } from './card.fixture.ts';
import { signEcSdsa } from './card-crypto.fixture.ts';
import type { CardCommand, CardOptions } from './card-options.fixture.ts';

/** A transaction to record: what the card, the terminal and the sale have that others do not. */
export interface VectorCase {
  readonly id: string;
  readonly comment: string;
  readonly card?: CardOptions;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly sale?: Partial<ContactlessInput>;
  readonly elapsedUs?: number;
}

const RELAY = { '9F8209': '1800' };
const DENY_RELAY = { ...RELAY, '9F820B': '000000000C' };

/** Transactions that go the whole way. */
export const TRANSACTIONS: readonly VectorCase[] = [
  { id: 'approved-offline', comment: 'Enciphered PAN, local authentication, TC.' },
  {
    id: 'online-pin',
    comment: 'Above both limits: an ARQC, a PIN for the issuer, a receipt.',
    sale: { amountMinor: 10_001n },
    card: { verification: '02' },
  },
  {
    id: 'cdcvm',
    comment: 'Above the CVM limit; the device verified its holder.',
    sale: { amountMinor: 5001n },
    card: { verification: '03' },
  },
  {
    id: 'signature',
    comment: 'The card decides on a signature.',
    card: { verification: '01' },
    configuration: { '9F8208': '2C' },
  },
  {
    id: 'verification-not-possible',
    comment: 'The card wants a PIN that the terminal cannot ask for; not denied.',
    card: { verification: '02' },
  },
  {
    id: 'plain-record',
    comment: 'The record with the PAN comes in template 70.',
    card: { enciphered: false },
  },
  {
    id: 'no-local-authentication',
    comment: 'The AIP has no local authentication; the TVR says that it was not performed.',
    card: { aip: '000A' },
  },
  {
    id: 'iad-mac-at-card-offset',
    comment: 'The IAD-MAC is copied into 9F10 where 9F8107 says.',
    card: { aip: '010C', cryptogramObjects: [tlv('9F8107', '18')] },
  },
  {
    id: 'default-cdol1',
    comment: 'The card gives no CDOL1; the terminal has one (9F8220).',
    card: { cdol1: '' },
    configuration: { '9F8220': '9F02069F3704' },
  },
  {
    id: 'envelopes-read',
    comment: 'READ DATA twice, the second envelope not there.',
    card: { envelopes: { '9F8111': '9F81110401020304' } },
    configuration: { '9F8203': '9F81119F8115', '9F821F': '9F821C' },
  },
  {
    id: 'envelopes-written',
    comment: 'WRITE DATA twice after the cryptogram, both confirmed.',
    configuration: { BF8104: '9F81130211229F8114013F', '9F821F': '9F821B' },
  },
  {
    id: 'relay-within-limits',
    comment: 'One exchange of 15 ms.',
    card: { aip: '010B' },
    configuration: RELAY,
    elapsedUs: 15_000,
  },
  {
    id: 'relay-out-of-limits',
    comment: 'Three exchanges of 40 ms, each with a number of its own; not denied.',
    card: { aip: '010B' },
    configuration: RELAY,
    elapsedUs: 40_000,
  },
  {
    id: 'relay-denied',
    comment: 'Three exchanges of 60 ms: limits and threshold exceeded, which is denied.',
    card: { aip: '010B' },
    configuration: DENY_RELAY,
    elapsedUs: 60_000,
  },
  {
    id: 'restart-see-phone',
    comment: 'A restart indicator: the card is presented again, with a new key and number.',
    card: { cryptogramObjects: [tlv('9F8108', '2020'), ''] },
  },
  {
    id: 'another-interface',
    comment: 'An AAC, and the card asks for its contacts.',
    card: { cid: () => 0, cryptogramObjects: [tlv('9F8108', '3100')] },
  },
  { id: 'declined-by-card', comment: 'An AAC where a TC was asked for.', card: { cid: () => 0 } },
  { id: 'online-by-card', comment: 'An ARQC where a TC was asked for.', card: { cid: () => 0x80 } },
  {
    id: 'denied-by-terminal',
    comment: 'The floor limit is exceeded, and the action code denies it.',
    sale: { amountMinor: 10_001n },
    card: { verification: '03' },
    configuration: { '9F820B': '0000008000' },
  },
  {
    id: 'card-tvr',
    comment: 'The card says that it is expired (9F8104), which the mask lets through.',
    card: { cryptogramObjects: [tlv('9F8104', '0040000000')] },
  },
  {
    id: 'refund',
    comment: 'A refund ends with its AAC and no message.',
    card: { cid: () => 0 },
    sale: { transactionType: '20' },
  },
];

/** Transactions in which something is wrong. */
export const FAULTS: readonly VectorCase[] = [
  altered('wrong-eda-mac', 'One bit of the EDA-MAC.', 'generate-ac', (answer) =>
    flipped(answer, 5),
  ),
  altered('wrong-cryptogram', 'One bit of the cryptogram.', 'generate-ac', (answer) =>
    answer.replace(/9F2608(..)/, (_, byte: string) => `9F2608${other(byte)}`),
  ),
  altered('wrong-record-encryption', 'A byte of the enciphered PAN.', 'read-record', (answer) =>
    answer.startsWith('DA') ? flipped(answer, answer.length / 2 - 8) : answer,
  ),
  {
    id: 'wrong-envelope-mac',
    comment: 'One bit of an envelope’s MAC; the sale goes on.',
    card: { envelopes: { '9F8111': '9F81110401020304' }, alter: damaged('read-data') },
    configuration: { '9F8203': '9F8111', '9F821F': '9F821C' },
  },
  {
    id: 'write-not-confirmed',
    comment: 'One bit of a write’s MAC; the sale goes on.',
    card: { alter: damaged('write-data') },
    configuration: { BF8104: '9F8113021122', '9F821F': '9F821B' },
  },
  altered(
    'wrong-blinding-factor',
    'One bit of the factor; the key is not proved.',
    'get-processing-options',
    (answer) => flipped(answer, (answer.length - answer.indexOf('9F810340')) / 2 - 4 - 63),
  ),
  altered(
    'key-on-no-curve',
    'x of the card’s key is no coordinate.',
    'get-processing-options',
    (answer) => answer.replace(/9F810340.{64}/, `9F810340${'FF'.repeat(32)}`),
  ),
  altered(
    'options-refused',
    'The turn of the next application; there is none.',
    'get-processing-options',
    () => '6985',
  ),
  altered('record-refused', 'A record that is not there.', 'read-record', () => '6A83'),
  altered('cryptogram-refused', 'GENERATE AC refused.', 'generate-ac', () => '6985'),
  altered('no-decision', 'No cardholder verification decision.', 'generate-ac', (answer) =>
    answer.replace('9F810201', 'DF810201'),
  ),
  altered(
    'truncated-cryptogram',
    'Half an answer to GENERATE AC.',
    'generate-ac',
    (answer) => `${answer.slice(0, 60)}9000`,
  ),
  {
    id: 'no-common-channel',
    comment: 'No suite that the kernel has.',
    card: { cardQualifier: '0101FFFF000000' },
  },
  {
    id: 'cryptogram-not-asked-for',
    comment: 'A TC where an ARQC was asked for.',
    card: { cid: () => 0x40 },
    configuration: { '9F820C': '0000000080' },
  },
  {
    id: 'relay-too-fast',
    comment: 'Faster than the card says it can be.',
    card: { aip: '010B' },
    configuration: RELAY,
    elapsedUs: 10_000,
  },
  {
    id: 'expired-issuer-certificate',
    comment: 'The issuer’s certificate ended the day before.',
    card: { issuerCertificate: issuerCertificate('20301231', '20260114') },
  },
  {
    id: 'expired-card-certificate',
    comment: 'The card’s certificate ended a minute before.',
    card: { certificate: (message) => message.replace('202912312359', '202601151159') },
  },
  {
    id: 'issuer-of-another-pan',
    comment: 'The issuer identifier does not begin the PAN.',
    card: { issuerCertificate: issuerCertificate('54133390FF', '54133391FF') },
  },
  {
    id: 'issuer-of-another-rid',
    comment: 'The RID in the issuer’s certificate is another.',
    card: { issuerCertificate: issuerCertificate('A000000004', 'A000000003') },
  },
  {
    id: 'wrong-signature',
    comment: 'The CA’s key, not the issuer’s, signed the card’s certificate.',
    card: { certificateKey: CA_PRIVATE },
  },
  {
    id: 'wrong-static-data-hash',
    comment: 'The certificate is of other static data.',
    card: { certificate: (message) => flipped(message, message.length / 2 - 17) },
  },
  {
    id: 'revoked-issuer',
    comment: 'The issuer’s certificate is revoked.',
    sale: {
      revokedCertificates: [{ rid: hex('A000000004'), index: 0xe0, serial: hex('123456') }],
    },
  },
  { id: 'no-ca-key', comment: 'The terminal has no CA key.', sale: { eccCaKeys: [] } },
  {
    id: 'rsa-certificates',
    comment: 'RSA certificates are configured, which are not there.',
    configuration: { '9F8209': '2000' },
  },
  {
    id: 'not-configured',
    comment: 'No terminal action code for denial.',
    configuration: { '9F820B': '' },
  },
];

/** One bit of the answer's last byte before its status. */
function damaged(name: CardCommand): NonNullable<CardOptions['alter']> {
  return (command, answer) => (command === name ? flipped(answer, 3) : answer);
}

/** A card of which one command's answer is changed on its way. */
function altered(
  id: string,
  comment: string,
  name: CardCommand,
  change: (answer: string) => string,
): VectorCase {
  const alter = (command: CardCommand, answer: string) =>
    command === name ? change(answer) : answer;
  return { id, comment, card: { alter } };
}

/** The lowest bit of the byte so many from the end (1 is the last) the other way. */
function flipped(answer: string, fromEnd: number): string {
  const at = answer.length - 2 * fromEnd;
  return answer.slice(0, at) + other(answer.slice(at, at + 2)) + answer.slice(at + 2);
}

function other(byte: string): string {
  return (Number.parseInt(byte, 16) ^ 1).toString(16).padStart(2, '0').toUpperCase();
}

/** The issuer's certificate with a change that the CA signed. */
function issuerCertificate(from: string, to: string): string {
  const message = Buffer.from(ISSUER_CERTIFICATE.slice(0, 106).replace(from, to), 'hex');
  return signEcSdsa(message, CA_PRIVATE, 77n).toString('hex').toUpperCase();
}
