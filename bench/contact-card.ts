import { createHash } from 'node:crypto';
import { concatBytes, equalBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import type { ContactInput } from '#kernel/emv/contact/input.ts';
import { bigintRsa } from '#kernel/emv/oda/rsa-bigint.ts';
import { encodeTlv, type TlvInput } from '#kernel/tlv/ber.ts';
import {
  issueCertificate,
  makeKey,
  type SigningKey,
  signDynamicData,
  signStaticData,
} from './oda-card.ts';

const RID = 'B054455353';
/** The card's DF name, hex. */
export const CARD_AID = `${RID}01`;
const PAN = '6799990100000000001F';
const [CDOL1, CDOL2] = [
  '9F02069F03069F1A0295055F2A029A039C019F3704',
  '8A029F02069F03069F1A0295055F2A029A039C019F3704',
];
const TYPES = { AAC: 0x00, TC: 0x40, ARQC: 0x80 } as const;

/** The keys of a chain, CA to card. */
export interface CardKeys {
  readonly ca: SigningKey;
  readonly issuer: SigningKey;
  readonly icc: SigningKey;
}

/** Makes a chain of keys of so many bits. */
export function makeChain(ca: number, issuer: number, icc: number): CardKeys {
  return { ca: makeKey(ca), issuer: makeKey(issuer), icc: makeKey(icc) };
}

/** How a card behaves. */
export interface CardBehaviour {
  /** AIP (82), hex. */
  readonly aip: string;
  /** Other data of record 1 by tag, hex; empty takes the object out. */
  readonly data?: Readonly<Record<string, string>>;
  /** The most it gives at the first GENERATE AC; what it is asked for unless given. */
  readonly first?: keyof typeof TYPES;
  /** Added to the cryptogram type of the first answer, as a reason. */
  readonly reason?: number;
  readonly second?: 'AAC';
  /** Status words by the command's instruction, hex, before anything else. */
  readonly refuses?: Readonly<Record<string, string>>;
  readonly pin?: string;
  /** What GET DATA gives by tag, hex. */
  readonly counters?: Readonly<Record<string, string>>;
}

/**
 * A card that answers with real certificates and signatures; no other card of the project shares
 * its code. Records are built once, so that one card serves many transactions.
 */
export class ScriptedCard {
  readonly records: ReadonlyMap<string, Uint8Array>;
  readonly #keys: CardKeys;
  readonly #behaviour: CardBehaviour;
  #tries = 3;
  #sent: Uint8Array[] = [];
  #challenge = hex('1122334455667788');

  constructor(keys: CardKeys, behaviour: CardBehaviour) {
    this.#keys = keys;
    this.#behaviour = behaviour;
    this.records = buildRecords(keys, behaviour);
  }

  /** Answers a command APDU. */
  respond(command: Uint8Array): Uint8Array {
    const [cla = 0, ins = 0, p1 = 0, p2 = 0, lc = 0] = command;
    const name = encodeHex(Uint8Array.of(cla, ins));
    const refused = this.#behaviour.refuses?.[name];
    if (refused) return hex(refused);
    const data = command.subarray(5, 5 + lc);
    switch (name) {
      case '00A4':
        return this.#select(data);
      case '80A8':
        this.#sent = [data.subarray(2)];
        return answer([{ tag: '80', value: hex(`${this.#behaviour.aip}0801010110010500`) }]);
      case '00B2':
        return this.#record(p1, p2);
      case '80CA':
        return this.#counter(encodeHex(Uint8Array.of(p1, p2)));
      case '0088':
        return answer([
          { tag: '80', value: signDynamicData(this.#keys.icc, hex('0401020304'), data) },
        ]);
      case '0084':
        return concatBytes(this.#challenge, hex('9000'));
      case '0020':
        return this.#verify(p2, data);
      case '80AE':
        return this.#generate(p1, data);
      default:
        return hex('9000');
    }
  }

  #select(name: Uint8Array): Uint8Array {
    if (encodeHex(name) !== CARD_AID) return hex('6A82');
    const proprietary = encodeTlv([{ tag: '50', value: hex('54455354') }]);
    const value = encodeTlv([
      { tag: '84', value: name },
      { tag: 'A5', value: proprietary },
    ]);
    return answer([{ tag: '6F', value }]);
  }

  #record(number: number, control: number): Uint8Array {
    const record = this.records.get(`${control >> 3}.${number}`);
    return record ? concatBytes(record, hex('9000')) : hex('6A83');
  }

  #counter(tag: string): Uint8Array {
    const value = this.#behaviour.counters?.[tag];
    if (tag === '9F17') return answer([{ tag, value: Uint8Array.of(this.#tries) }]);
    return value === undefined ? hex('6A88') : answer([{ tag, value: hex(value) }]);
  }

  #verify(qualifier: number, data: Uint8Array): Uint8Array {
    const { pin = '1234' } = this.#behaviour;
    const block = hex(`2${pin.length}${pin}`.padEnd(16, 'F'));
    const plain = qualifier === 0x88 ? this.#keys.icc.sign(data).subarray(1, 17) : data;
    const expected = qualifier === 0x88 ? concatBytes(block, this.#challenge) : block;
    if (this.#tries === 0) return hex('6983');
    if (equalBytes(plain, expected)) return hex('9000');
    this.#tries -= 1;
    return hex(`63C${this.#tries}`);
  }

  #generate(control: number, data: Uint8Array): Uint8Array {
    const isFirst = this.#sent.length === 1;
    this.#sent.push(data);
    const asked = control & 0xc0;
    const { first, second, reason = 0 } = this.#behaviour;
    const limit = isFirst ? first : second;
    const type = limit === undefined ? asked : TYPES[limit];
    const information = type | (isFirst ? reason : 0);
    const head: TlvInput[] = [
      { tag: '9F27', value: Uint8Array.of(information) },
      { tag: '9F36', value: hex('0042') },
      { tag: '9F10', value: hex('06010A03A4A002') },
    ];
    const cryptogram = hex(isFirst ? 'A1A2A3A4A5A6A7A8' : 'B1B2B3B4B5B6B7B8');
    if ((control & 0x10) === 0 || type === TYPES.AAC) {
      return answer([
        { tag: '77', value: encodeTlv([...head, { tag: '9F26', value: cryptogram }]) },
      ]);
    }
    const hash = createHash('sha1')
      .update(concatBytes(...this.#sent, encodeTlv(head)))
      .digest();
    const dynamic = concatBytes(hex('0401020304'), Uint8Array.of(information), cryptogram, hash);
    const number = data.subarray(-4);
    const signature = signDynamicData(this.#keys.icc, dynamic, number);
    return answer([{ tag: '77', value: encodeTlv([...head, { tag: '9F4B', value: signature }]) }]);
  }
}

/** The input of a terminal that trusts the chain; attended and online-capable, without limits. */
export function terminalInput(keys: CardKeys, changed: Partial<ContactInput> = {}): ContactInput {
  return {
    amountMinor: 1000n,
    amountOtherMinor: 0n,
    transactionType: '00',
    currency: '978',
    terminalCountry: '250',
    date: '260115',
    time: '120000',
    unpredictableNumbers: [hex('11223344')],
    pinPadding: new Uint8Array(231).fill(0x5a),
    randomNumber: 50,
    terminalData: { '9F33': hex('E0F8C8'), '9F35': hex('22'), '9F40': hex('F000F0A001') },
    applications: [
      {
        aid: CARD_AID,
        allowsPartialName: false,
        data: {},
        actionCodes: {},
        defaultDdol: hex('9F3704'),
      },
    ],
    usesDirectory: false,
    reselects: true,
    cardholderSelects: false,
    order: ['authenticate-card', 'verify-cardholder', 'manage-risk'],
    readsPinTryCounter: true,
    combinedSignature: { withArqc: true, withFinalTc: true },
    forcedOnline: false,
    rsa: bigintRsa,
    caKeys: [{ rid: hex(RID), index: 1, modulus: keys.ca.modulus, exponent: keys.ca.exponent }],
    eccCaKeys: [],
    revoked: [],
    exceptionFile: [],
    transactionLog: [],
    ...changed,
  };
}

function buildRecords({ ca, issuer, icc }: CardKeys, behaviour: CardBehaviour) {
  const objects: Readonly<Record<string, string>> = {
    '5A': PAN,
    '5F24': '301231',
    '5F34': '01',
    '5F28': '0250',
    '9F07': 'FF80',
    '8C': CDOL1,
    '8D': CDOL2,
    '8E': '00000000000000001F00',
    '9F0D': '0000000000',
    '9F0E': '0000000000',
    '9F0F': '0000000000',
    '9F4A': '82',
    ...behaviour.data,
  };
  const present = Object.entries(objects).filter(([, value]) => value !== '');
  const first = encodeTlv(present.map(([tag, value]) => ({ tag, value: hex(value) })));
  const staticData = concatBytes(first, hex(behaviour.aip));
  const issued = issueCertificate(ca, issuer, { holder: '679999FF', expiry: '1230' });
  const own = issueCertificate(issuer, icc, { holder: PAN, expiry: '1230' }, staticData);
  const records: readonly (readonly [string, Uint8Array])[] = [
    ['1.1', template([], first)],
    [
      '2.1',
      template([
        ['8F', hex('01')],
        ['92', issued.remainder],
        ['9F32', issuer.exponent],
      ]),
    ],
    ['2.2', template([['90', issued.certificate]])],
    ['2.3', template([['9F46', own.certificate]])],
    [
      '2.4',
      template([
        ['9F48', own.remainder],
        ['9F47', icc.exponent],
        ['9F49', hex('9F3704')],
      ]),
    ],
    ['2.5', template([['93', signStaticData(issuer, 'DAC1', staticData)]])],
  ];
  return new Map(records);
}

function template(
  objects: readonly (readonly [string, Uint8Array])[],
  value = encodeTlv(objects.map(([tag, bytes]) => ({ tag, value: bytes }))),
): Uint8Array {
  return encodeTlv([{ tag: '70', value }]);
}

function answer(objects: readonly TlvInput[]): Uint8Array {
  return concatBytes(encodeTlv(objects), hex('9000'));
}
