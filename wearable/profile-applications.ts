import * as z from 'zod';
import { hex } from '#kernel/bytes/hex.ts';
import { parseDol } from '#kernel/tlv/dol.ts';
import { isTag } from '#kernel/tlv/tag.ts';
import { RsaKey } from './pki/rsa-key.ts';

const hexBytes = z.string().regex(/^([0-9A-F]{2})*$/);
const dataObjectList = hexBytes.refine((text) => parseDol(hex(text)).ok, 'no data object list');
const amountMinor = z.int().min(0).max(999_999_999_999);
const rsaKey = z.string().refine((pem) => RsaKey.read(pem).ok, 'no RSA private key in PEM');
/** A scalar of P-256; none above the order begins otherwise. */
const ecKey = z.string().regex(/^(?!0{64})(?!FFFFFFFF[0-9A-F]{56})[0-9A-F]{64}$/);
const MAX_OWN_DATA_BYTES = 120;

/** Data objects of the issuer's own, by tag, in hex. */
const ownData = z
  .record(z.string().refine(isTag, 'no tag'), hexBytes)
  .refine((data) => Object.values(data).join('').length / 2 <= MAX_OWN_DATA_BYTES, 'too long')
  .default({});

const MASTER_KEY = /^([0-9A-Fa-f]{32}|[0-9A-Fa-f]{48}|[0-9A-Fa-f]{64})$/;

const account = {
  aid: z.string().regex(/^([0-9A-F]{2}){5,16}$/),
  label: z.string().regex(/^[ -~]{1,16}$/),
  /** Its place in the directory: 1 is the user's first choice. */
  priority: z.int().min(1).max(15).default(1),
  pan: z.string().regex(/^\d{12,19}$/),
  panSequenceNumber: z.string().regex(/^\d{2}$/),
  /** YYMM */
  expiry: z.string().regex(/^\d{2}(0[1-9]|1[0-2])$/),
  iccMasterKeyHex: z.string().regex(/^[0-9A-Fa-f]{32}$/),
  /** For the MACs of the issuer's scripts; without it none is taken. */
  scriptMacKeyHex: z
    .string()
    .regex(/^[0-9A-Fa-f]{32}$/)
    .optional(),
  /** For PINs in the issuer's scripts; without it none is changed. */
  scriptCipherKeyHex: z
    .string()
    .regex(/^[0-9A-Fa-f]{32}$/)
    .optional(),
  /** How the issuer's answer is checked: EMV 4.4 Book 2, 8.2. */
  arpcMethod: z.union([z.literal(1), z.literal(2)]).default(1),
  /** The card's own RSA key; made where it is not named. */
  iccRsaKeyPem: rsaKey.optional(),
  data: ownData,
};

const offlineLimits = z.strictObject({
  /** Digits of ISO 4217. */
  currency: z.string().regex(/^\d{3}$/),
  /** The most that one payment may be without the issuer. */
  limitMinor: amountMinor,
  /** The most that may be paid in all until the issuer answers again. */
  totalLimitMinor: amountMinor,
});

/** none; by the reader's means; always verified on the device; once the user confirmed on it. */
const contactlessVerification = z.enum(['none', 'signature', 'cdcvm', 'cdcvm-on-request']);

const qvsdc = z.strictObject({
  type: z.literal('qvsdc'),
  ...account,
  kernelId: z.int().min(1).max(0x3f).default(3),
  cardholderVerification: contactlessVerification.default('cdcvm'),
  cryptogramVersion: z.union([z.literal(10), z.literal(17), z.literal(18)]).default(18),
  offlineAuthentication: z.enum(['none', 'fdda']).default('fdda'),
  offline: offlineLimits.optional(),
  issuerUpdate: z.boolean().default(false),
});

const contact = z
  .strictObject({
    type: z.literal('contact'),
    ...account,
    authentication: z.enum(['none', 'sda', 'dda', 'cda', 'xda']).default('cda'),
    cryptogramVersion: z.union([z.literal(10), z.literal(18)]).default(18),
    pin: z
      .string()
      .regex(/^\d{4,12}$/)
      .optional(),
    pinTries: z.int().min(1).max(15).default(3),
    /** A second RSA key, for PINs; without it the key that authenticates deciphers them. */
    ownPinKey: z.boolean().default(false),
    /** From so many payments in a row without the issuer on, the card asks for it. */
    lowerOfflineLimit: z.int().min(0).max(255).default(2),
    /** From so many on, none is approved without it. */
    upperOfflineLimit: z.int().min(0).max(255).default(4),
    issuerAuthentication: z.enum(['optional', 'mandatory']).default('optional'),
    responseFormat: z.union([z.literal(1), z.literal(2)]).default(2),
    /** The list of what the card asks for at first; empty: nothing. */
    pdol: dataObjectList.default(''),
  })
  // An enciphered PIN has an RSA key here, and XDA none.
  .refine(({ authentication, ownPinKey }) => authentication !== 'xda' || !ownPinKey, {
    path: ['ownPinKey'],
  });

const mchip = z.strictObject({
  type: z.literal('mchip'),
  ...account,
  kernelId: z.int().min(1).max(0x3f).default(2),
  /** By the reader's means, or always on the device. */
  cardholderVerification: z.enum(['none', 'cdcvm']).default('cdcvm'),
  offline: offlineLimits.optional(),
  relayResistance: z.boolean().default(false),
});

const kernel8 = z
  .strictObject({
    type: z.literal('kernel8'),
    ...account,
    kernelId: z.int().min(1).max(0x3f).default(8),
    keyAlgorithm: z.enum(['tdes', 'aes']).default('aes'),
    iccMasterKeyHex: z.string().regex(MASTER_KEY),
    cardholderVerification: z
      .enum(['none', 'signature', 'online-pin', 'cdcvm', 'cdcvm-on-request'])
      .default('cdcvm'),
    offline: offlineLimits.optional(),
    localAuthentication: z.boolean().default(true),
    encryptedRecords: z.boolean().default(true),
    relayResistance: z.boolean().default(false),
    /** Where the kernel puts the IAD-MAC: nowhere, or at its default place in the IAD. */
    iadMac: z.enum(['none', 'default-offset']).default('default-offset'),
    /** The card's own scalar on P-256; made where it is not named. */
    iccEcKeyHex: ecKey.optional(),
  })
  .refine(
    ({ keyAlgorithm, iccMasterKeyHex }) => keyAlgorithm === 'aes' || iccMasterKeyHex.length === 32,
    {
      path: ['iccMasterKeyHex'],
    },
  );

const rsaBits = z.union([z.literal(1408), z.literal(1984)]);

/** The keys above the cards'; what is not named is made once and kept in the wearable's memory. */
const pki = z
  .strictObject({
    rsaCaIndexHex: z
      .string()
      .regex(/^[0-9A-F]{2}$/)
      .default('F1'),
    ecCaIndexHex: z
      .string()
      .regex(/^[0-9A-F]{2}$/)
      .default('F8'),
    caBits: rsaBits.default(1984),
    issuerBits: rsaBits.default(1408),
    iccBits: rsaBits.default(1408),
    exponent: z.union([z.literal(3), z.literal(65_537)]).default(3),
    /** YYMM, the last month of the certificates. */
    certificateExpiry: z
      .string()
      .regex(/^\d{2}(0[1-9]|1[0-2])$/)
      .default('4912'),
    caRsaKeyPem: rsaKey.optional(),
    issuerRsaKeyPem: rsaKey.optional(),
    caEcKeyHex: ecKey.optional(),
    issuerEcKeyHex: ecKey.optional(),
  })
  .refine(({ issuerBits, caBits }) => issuerBits <= caBits, { path: ['issuerBits'] })
  .refine(({ iccBits, issuerBits }) => iccBits <= issuerBits, { path: ['iccBits'] });

/** One issuer: the keys above its cards, and its applications. */
export const issuerProfile = z
  .strictObject({
    name: z.string().min(1),
    pki: pki.prefault({}),
    applications: z
      .array(z.discriminatedUnion('type', [qvsdc, contact, mchip, kernel8]))
      .min(1)
      .max(8),
  })
  // Beside a signature of 248 bytes there is no room for the rest of the answer.
  .refine(({ pki: { iccBits }, applications }) => iccBits === 1408 || !applications.some(isCda), {
    path: ['pki', 'iccBits'],
  });

/** One issuer's part of a profile, with every default filled in. */
export type IssuerProfile = Readonly<z.infer<typeof issuerProfile>>;

/** The keys above the cards of one issuer. */
export type PkiProfile = Readonly<z.infer<typeof pki>>;

/** A kernel 3 application. */
export type QvsdcProfile = Readonly<z.infer<typeof qvsdc>>;

/** A contact application. */
export type ContactProfile = Readonly<z.infer<typeof contact>>;

/** A kernel 2 application. */
export type MchipProfile = Readonly<z.infer<typeof mchip>>;

/** A kernel 8 application. */
export type Kernel8Profile = Readonly<z.infer<typeof kernel8>>;

/** Any application of a profile. */
export type ApplicationProfile = IssuerProfile['applications'][number];

function isCda(application: { readonly type: string; readonly authentication?: string }): boolean {
  return application.type === 'mchip' || application.authentication === 'cda';
}
