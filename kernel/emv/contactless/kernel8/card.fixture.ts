import oda from '../../../../test-vectors/oda/ecsdsa-verify.json' with { type: 'json' };
import {
  aesCmac,
  counterMode,
  decryptBlock,
  encryptBlock,
  multiplyX,
  product,
  publicKeyOf,
  sha256,
  signEcSdsa,
} from './card-crypto.fixture.ts';
import type { CardCommand, CardOptions } from './card-options.fixture.ts';

/** Private keys that Book E's examples publish: of the CA (index E0) and of the issuer. */
export const CA_PRIVATE = '723222B51845E8B41A66263AE90E962148F9CCC3BE45B3E5902CEC0195F2AEAF';
export const ISSUER_PRIVATE = 'DD5015968F6E10BE471523C58716FC0A36A40B309E62039DF6ED9FC62C6EA5F8';
/** Of the card: made for these tests. */
const CARD_PRIVATE = '3B1C5A0E9D7F264851C0B3A2948576E1F2D3C4B5A69788790A1B2C3D4E5F6071';
const CARD_MASTER_KEY = Buffer.from('000102030405060708090A0B0C0D0E0F', 'hex');

export const AID = 'A0000000041010';
const PAN = '5413339000101513';
/** The issuer's certificate of Book E's example: to 2030, issuer 541333 90. */
const published = oda.vectors.find(({ id }) => id === 'booke-BookE_Example256_Issuer')?.input;
export const ISSUER_CERTIFICATE = `${published?.message}${published?.signature}`;

/** An object in hex. */
export function tlv(tag: string, value: string): string {
  const length = value.length / 2;
  const head = length < 128 ? '' : '81';
  return `${tag}${head}${length.toString(16).padStart(2, '0').toUpperCase()}${value}`;
}

/**
 * A card of kernel 8 for tests, written with node:crypto alone and from the same public description
 * as the kernel: what it proves is that the two agree, not that either is as the book has it.
 */
export class FixtureCard {
  readonly #options: CardOptions;
  readonly #records: readonly { readonly contents: string; readonly enciphered: boolean }[];
  readonly #staticData: Buffer;
  readonly written: string[] = [];
  #presentations = 0;
  #channel: Buffer[] = [];
  #cardMessages = 0x8000;
  #kernelMessages = 0;
  #factor = '';
  #pdolValues = '';
  #relay = '';

  constructor(options: CardOptions = {}) {
    this.#options = options;
    const { enciphered = true, signedObjects = '' } = options;
    const { issuerCertificate = ISSUER_CERTIFICATE } = options;
    const personal = tlv('5A', PAN) + tlv('57', `${PAN}D29122010000000000`) + tlv('5F24', '291231');
    const first = personal + tlv('5F34', '01');
    const second = tlv('8F', 'E0') + tlv('9F810A', '849F2C') + signedObjects;
    const extended = tlv('84', AID) + tlv('9F2C', this.#cardQualifier);
    this.#staticData = Buffer.from(first + second + extended + this.#aip, 'hex');
    this.#records = [
      { contents: first, enciphered },
      { contents: second, enciphered: false },
      { contents: issuerCertificate && tlv('90', issuerCertificate), enciphered: false },
      { contents: this.#certificate(), enciphered: false },
    ];
  }

  /** Answers a command, both in hex. */
  transmit(command: string): string {
    const name = nameOf(command);
    if (!name) return '6D00';
    const answer = this.#answer(name, command);
    return this.#options.alter?.(name, answer) ?? answer;
  }

  get #aip(): string {
    return this.#options.aip ?? '010A';
  }

  get #cardQualifier(): string {
    return this.#options.cardQualifier ?? '0100FFFF000000';
  }

  #certificate(): string {
    const { certificate = (message) => message } = this.#options;
    const hash = sha256(this.#staticData).toString('hex');
    const x = publicKeyOf(CARD_PRIVATE).x.toString('hex');
    const message = certificate(`140000${EXPIRY}${SERIAL}0102${hash}${x}`);
    const key = this.#options.certificateKey ?? ISSUER_PRIVATE;
    const signed = signEcSdsa(Buffer.from(message, 'hex'), key, 0x1234567890abcdefn);
    return tlv('9F46', signed.toString('hex').toUpperCase());
  }

  #answer(name: CardCommand, command: string): string {
    const data = command.slice(10, 10 + 2 * Number.parseInt(command.slice(8, 10), 16));
    switch (name) {
      case 'select-ppse':
        return this.#selectPpse();
      case 'select':
        return this.#select();
      case 'get-processing-options':
        return this.#getProcessingOptions(data);
      case 'exchange-relay-resistance-data':
        return this.#exchangeRelayResistanceData(data);
      case 'read-record':
        return this.#readRecord(Number.parseInt(command.slice(4, 6), 16));
      case 'read-data':
        return this.#readData(data);
      case 'generate-ac':
        return this.#generateAc(Number.parseInt(command.slice(4, 6), 16), data);
      case 'write-data':
        return this.#writeData(data);
      default:
        return name satisfies never;
    }
  }

  #selectPpse(): string {
    const application = tlv('4F', AID) + tlv('50', '54657374') + tlv('87', '01');
    const entry = tlv('61', application + tlv('9F2A', '08'));
    const fci = tlv('84', '325041592E5359532E4444463031') + tlv('A5', tlv('BF0C', entry));
    return `${tlv('6F', fci)}9000`;
  }

  #select(): string {
    const { pdol = '9F2B089E409F37049F02065F2A02' } = this.#options;
    const proprietary = tlv('50', '54657374') + tlv('5F2D', '656E6465') + tlv('9F38', pdol);
    const discretionary = tlv('BF0C', tlv('9F2C', this.#cardQualifier));
    return `${tlv('6F', tlv('84', AID) + tlv('A5', proprietary + discretionary))}9000`;
  }

  #getProcessingOptions(data: string): string {
    this.#presentations += 1;
    const values = data.slice(0, 4) === '8381' ? data.slice(6) : data.slice(4);
    this.#pdolValues = values;
    this.#relay = '';
    // Its PDOL begins with the kernel qualifier, 8 bytes; the key is next.
    const kernelKey = Buffer.from(`04${values.slice(16, 16 + 128)}`, 'hex');
    this.#factor = sha256(Buffer.from(`blinding factor ${this.#presentations}`)).toString('hex');
    const secret = secretWith(kernelKey, product(CARD_PRIVATE, this.#factor));
    if (!secret) return '6A80';
    const kd = aesCmac(Buffer.alloc(16), secret);
    this.#channel = ['01', '02'].map((number) =>
      encryptBlock(kd, Buffer.from(`${number}010054334A325957773DA5A5A50180`, 'hex')),
    );
    [this.#cardMessages, this.#kernelMessages] = [0x8000, 0];
    const blinded = multiplyX(BigInt(`0x${this.#factor}`), publicKeyOf(CARD_PRIVATE).x);
    const keyData = blinded.toString('hex') + this.#cipher(this.#factor);
    const { cdol1 = CDOL1 } = this.#options;
    const objects =
      tlv('82', this.#aip) +
      tlv('94', '08010402') +
      tlv('9F8103', keyData.toUpperCase()) +
      (cdol1 && tlv('8C', cdol1));
    return `${tlv('77', objects)}9000`;
  }

  #exchangeRelayResistanceData(entropy: string): string {
    const { relayTimes = '006400C8001E' } = this.#options;
    const own = sha256(Buffer.from(entropy, 'hex')).toString('hex').slice(0, 8).toUpperCase();
    this.#relay = entropy + own + relayTimes;
    return `${tlv('80', own + relayTimes)}9000`;
  }

  #readRecord(number: number): string {
    const record = this.#records[number - 1];
    if (!record) return '6A83';
    if (!record.enciphered) return `${tlv('70', record.contents)}9000`;
    return `${tlv('DA', this.#cipher(record.contents))}9000`;
  }

  #readData(tag: string): string {
    const envelope = this.#options.envelopes?.[tag];
    if (envelope === undefined) return '6A88';
    const message = this.#cardMessages;
    const enciphered = this.#cipher(envelope);
    return `${enciphered}${this.#mac(message, enciphered)}9000`;
  }

  #writeData(data: string): string {
    const plain = counterMode(this.#key(0), this.#kernelMessages, Buffer.from(data, 'hex'));
    this.#kernelMessages += 1;
    this.written.push(plain.toString('hex').toUpperCase());
    const mac = this.#mac(this.#cardMessages, plain.toString('hex'));
    this.#cardMessages += 1;
    return `${mac}9000`;
  }

  #generateAc(p1: number, cdolValues: string): string {
    const { cid = (requested) => requested, verification = '00' } = this.#options;
    const extra = this.#options.cryptogramObjects?.[this.#presentations - 1] ?? '';
    const type = cid(p1).toString(16).padStart(2, '0').toUpperCase();
    const iad = `1F0112A0B8${'0'.repeat(54)}`;
    const atc = `000${this.#presentations}`;
    const [before, after] = [
      tlv('9F27', type) + tlv('9F36', atc),
      tlv('9F10', iad) + tlv('9F8102', verification) + extra,
    ];
    const hash = sha256(this.#staticData).toString('hex');
    const covered = this.#pdolValues + cdolValues + this.#relay + before + after + hash;
    const iadMac = this.#macPlus(covered);
    const copies = (Number.parseInt(this.#aip.slice(2), 16) & 6) !== 0;
    const sentToIssuer = copies ? iad.slice(0, 48) + iadMac : iad;
    const cryptogram = this.#cryptogram(cdolValues, atc, sentToIssuer);
    const edaMac = this.#mac(0, cryptogram + iadMac);
    const objects = before + tlv('9F26', cryptogram) + after + tlv('9F8105', edaMac);
    return `${tlv('77', objects)}9000`;
  }

  #cryptogram(cdolValues: string, atc: string, iad: string): string {
    const sessionKey = encryptBlock(CARD_MASTER_KEY, Buffer.from(atc.padEnd(32, '0'), 'hex'));
    const input = Buffer.from(cdolValues.slice(0, 58) + this.#aip + atc + iad, 'hex');
    return aesCmac(sessionKey, input).subarray(0, 8).toString('hex').toUpperCase();
  }

  /** The card's next message, enciphered. */
  #cipher(plain: string): string {
    const enciphered = counterMode(this.#key(0), this.#cardMessages, Buffer.from(plain, 'hex'));
    this.#cardMessages += 1;
    return enciphered.toString('hex').toUpperCase();
  }

  #mac(message: number, data: string): string {
    const counted = Buffer.from(message.toString(16).padStart(4, '0') + data, 'hex');
    return aesCmac(this.#key(1), counted).subarray(0, 8).toString('hex').toUpperCase();
  }

  #macPlus(data: string): string {
    const whole = aesCmac(this.#key(1), Buffer.from(`0000${data}`, 'hex'));
    const mixed = decryptBlock(this.#key(1), whole).map((byte, i) => byte ^ (whole[i] ?? 0));
    return Buffer.from(mixed).subarray(0, 8).toString('hex').toUpperCase();
  }

  #key(number: 0 | 1): Buffer {
    const key = this.#channel[number];
    if (!key) throw new Error('the channel is not open');
    return key;
  }
}

function secretWith(kernelKey: Buffer, scalar: bigint): Buffer | undefined {
  try {
    return multiplyX(scalar, kernelKey);
  } catch {
    // Not a point of the curve.
    return undefined;
  }
}

/** Of the card's certificate. */
const EXPIRY = '202912312359';
const SERIAL = '987654321000';
const CDOL1 = '9F02069F03069F1A0295055F2A029A039C019F37049F1D089F33039F810C02';

const INSTRUCTIONS: Readonly<Record<string, CardCommand>> = {
  '80A8': 'get-processing-options',
  '80EA': 'exchange-relay-resistance-data',
  '00B2': 'read-record',
  '8432': 'read-data',
  '80AE': 'generate-ac',
  '8434': 'write-data',
};

function nameOf(command: string): CardCommand | undefined {
  if (command.startsWith('00A40400')) {
    return command.includes('325041592E') ? 'select-ppse' : 'select';
  }
  return INSTRUCTIONS[command.slice(0, 4)];
}
