import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import type { CaPublicKey } from '#kernel/emv/oda/ca-public-key.ts';
import { staticDataToAuthenticate } from '#kernel/emv/oda/static-data.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { issueCertificate, makeKey, type SigningKey, signDynamicData } from './oda-card.ts';

const RID = hex('A000000003');
const AID = hex('A0000000031010');
const PAN = '4761739001010010';
const CA_INDEX = 0x92;
const AIP = hex('2000');
/** 9F66, 9F02, 5F2A, 9F37, 9A, 9C: where the values stand in the data of the command. */
const PDOL = hex('9F66049F02065F2A029F37049A039C01');
const [AMOUNT_AT, CURRENCY_AT, NUMBER_AT] = [4, 10, 12];

/** What a card of kernel 3 is made with. Objects by tag; one that is `undefined` is left out. */
export interface QvsdcProfile {
  /** Bits of the authority's, the issuer's and the card's key. */
  readonly keyBits?: readonly [number, number, number];
  /** Of fast DDA; none unless given: the card signs nothing. */
  readonly fastDda?: '00' | '01';
  /** In the answer to GET PROCESSING OPTIONS, over what is there by itself. */
  readonly processing?: Readonly<Record<string, string | undefined>>;
  /** In the first record, which the issuer signs. */
  readonly record?: Readonly<Record<string, string | undefined>>;
}

/** A made card and the key to trust. */
export interface QvsdcCard {
  readonly caKey: CaPublicKey;
  respond(command: Uint8Array): Uint8Array;
}

const CARD_DATA = { version1: '01A1B2C3D40200', version0: '00A1B2C3D40200' } as const;

/** Keys are slow to make, and a card's chain is the same for every card with these lengths. */
const chains = new Map<string, readonly [SigningKey, SigningKey, SigningKey]>();

/** Makes a card that approves (TC) by itself unless its profile says otherwise. */
export function makeQvsdcCard(profile: QvsdcProfile = {}): QvsdcCard {
  const { keyBits = [1152, 1024, 896], fastDda, processing = {}, record = {} } = profile;
  const name = keyBits.join();
  const made = chains.get(name) ?? keyBits.map((bits) => makeKey(bits));
  const [ca, issuer, icc] = made as unknown as readonly [SigningKey, SigningKey, SigningKey];
  chains.set(name, [ca, issuer, icc]);
  const related = fastDda === '01' ? CARD_DATA.version1 : CARD_DATA.version0;
  const own = { '5A': PAN, '5F24': '301231', '5F34': '01', '5F28': '0840', '9F07': 'FFC0' };
  const first = template('70', { ...own, ...record });
  const issuerPart = issueCertificate(ca, issuer, { holder: PAN.slice(0, 8), expiry: '1230' });
  const staticData = staticDataToAuthenticate([{ sfi: 2, bytes: first }], undefined, AIP);
  const holder = PAN.padEnd(20, 'F');
  const signedData = staticData.ok ? staticData.value : first;
  const iccPart = issueCertificate(issuer, icc, { holder, expiry: '1230' }, signedData);
  const records = [
    first,
    template('70', { '8F': '92', '90': encodeHex(issuerPart.certificate) }),
    template('70', { '92': encodeHex(issuerPart.remainder), '9F32': encodeHex(issuer.exponent) }),
    template('70', { '9F46': encodeHex(iccPart.certificate), '9F47': encodeHex(icc.exponent) }),
    template('70', { '9F48': encodeHex(iccPart.remainder), ...(fastDda && { '9F69': related }) }),
  ];
  const signs = fastDda !== undefined;
  const processed = (data: Uint8Array): Uint8Array =>
    template('77', {
      '82': encodeHex(AIP),
      '94': signs ? '10010501' : '10010101',
      '9F36': '0015',
      '9F26': '20261203C3227D26',
      '9F10': '06011103900000',
      '57': `${PAN}D30122011143882500`,
      '9F6C': '0000',
      ...(signs && { '9F4B': encodeHex(signature(icc, data, fastDda, related)) }),
      ...processing,
    });
  return {
    caKey: { rid: RID, index: CA_INDEX, modulus: ca.modulus, exponent: ca.exponent },
    respond: (command) => answer(command, records, processed),
  };
}

function signature(
  icc: SigningKey,
  data: Uint8Array,
  version: '00' | '01',
  related: string,
): Uint8Array {
  const number = data.subarray(NUMBER_AT, NUMBER_AT + 4);
  const amount = data.subarray(AMOUNT_AT, AMOUNT_AT + 6);
  const currency = data.subarray(CURRENCY_AT, CURRENCY_AT + 2);
  const whole = concatBytes(number, amount, currency, hex(related));
  return signDynamicData(icc, hex('020015'), version === '00' ? number : whole);
}

function answer(
  command: Uint8Array,
  records: readonly Uint8Array[],
  processed: (data: Uint8Array) => Uint8Array,
): Uint8Array {
  const [, instruction, p1 = 0] = command;
  const done = hex('9000');
  if (instruction === 0xa8) return concatBytes(processed(command.subarray(7, -1)), done);
  if (instruction === 0xb2) {
    const record = records[p1 - 1];
    return record ? concatBytes(record, done) : hex('6A83');
  }
  if (instruction !== 0xa4) return done;
  const isDirectory = command[5] === 0x32;
  return concatBytes(isDirectory ? DIRECTORY : APPLICATION, done);
}

const DIRECTORY = encodeTlv([
  {
    tag: '6F',
    children: [
      { tag: '84', value: hex('325041592E5359532E4444463031') },
      {
        tag: 'A5',
        children: [
          {
            tag: 'BF0C',
            children: [
              {
                tag: '61',
                children: [
                  { tag: '4F', value: AID },
                  { tag: '50', value: hex('54455354') },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
]);

const APPLICATION = encodeTlv([
  {
    tag: '6F',
    children: [
      { tag: '84', value: AID },
      { tag: 'A5', children: [{ tag: '9F38', value: PDOL }] },
    ],
  },
]);

function template(tag: string, objects: Readonly<Record<string, string | undefined>>): Uint8Array {
  const children = Object.entries(objects).flatMap(([inner, value]) =>
    value === undefined ? [] : [{ tag: inner, value: hex(value) }],
  );
  return encodeTlv([{ tag, children }]);
}

/** A sale of 10.00 at a reader that may do without the issuer up to 20.00. */
export function qvsdcSale(card: QvsdcCard, ttq = '36004000'): ContactlessInput {
  return {
    amountMinor: 1000n,
    amountOtherMinor: 0n,
    transactionType: '00',
    currency: '840',
    terminalCountry: '840',
    date: '260115',
    time: '101112',
    unpredictableNumbers: Array.from({ length: 8 }, (_, i) => hex(`0102030${i}`)),
    terminalData: { '9F33': hex('A048C8'), '9F35': hex('22') },
    combinations: [
      { aid: 'A000000003', kernelId: 3, limits: { floorMinor: 2000n }, data: { '9F66': hex(ttq) } },
    ],
    caKeys: [card.caKey],
  };
}
