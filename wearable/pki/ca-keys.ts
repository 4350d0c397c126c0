import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { Memory } from '../memory.ts';
import { issuersOf, type WearableProfile } from '../profile.ts';
import type { ContactProfile, IssuerProfile } from '../profile-applications.ts';
import { IssuerKeys, type KeyFailure } from './issuer-keys.ts';
import { caChecksum } from './rsa-certificates.ts';

/** A CA's RSA key, as the terminal's list of keys has it (`certs/`); hex. */
export interface CaRsaRecord {
  readonly rid: string;
  readonly index: string;
  readonly environment: 'test';
  /** YYYY-MM-DD */
  readonly expiry: string;
  readonly exponent: string;
  readonly modulus: string;
  readonly checksum: string;
}

/** A CA's key on P-256; hex. */
export interface CaEcRecord {
  readonly rid: string;
  readonly index: string;
  readonly environment: 'test';
  readonly expiry: string;
  readonly curve: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** The public keys that a terminal needs to authenticate wearables offline. */
export interface CaKeyList {
  readonly keys: readonly CaRsaRecord[];
  readonly ecKeys: readonly CaEcRecord[];
}

/** What the CA keys of wearables are; makes those that are not there yet. */
export function listCaKeys(
  profiles: readonly WearableProfile[],
  memory: Memory,
): Result<CaKeyList, KeyFailure> {
  const keys = new Map<string, CaRsaRecord>();
  const ecKeys = new Map<string, CaEcRecord>();
  for (const profile of profiles) {
    for (const issuer of issuersOf(profile)) {
      for (const { rid, kind } of schemesOf(issuer)) {
        const held = new IssuerKeys(memory, profile.wearableId, issuer, rid);
        const record = kind === 'rsa' ? rsaRecord(held) : ecRecord(held);
        if (!record.ok) return record;
        const { value } = record;
        if ('modulus' in value) keys.set(`${rid}${value.index}`, value);
        else ecKeys.set(`${rid}${value.index}`, value);
      }
    }
  }
  return ok({ keys: [...keys.values()], ecKeys: [...ecKeys.values()] });
}

/** Whose keys the applications of an issuer need. */
function schemesOf({ applications }: IssuerProfile): readonly Scheme[] {
  return applications.flatMap((application): readonly Scheme[] => {
    const rid = application.aid.slice(0, 10);
    switch (application.type) {
      case 'qvsdc':
        return application.offlineAuthentication === 'none' ? [] : [{ rid, kind: 'rsa' }];
      case 'contact':
        return contactSchemes(application, rid);
      case 'mchip':
        return [{ rid, kind: 'rsa' }];
      case 'kernel8':
        return application.localAuthentication ? [{ rid, kind: 'ec' }] : [];
      default:
        return application satisfies never;
    }
  });
}

function contactSchemes({ authentication }: ContactProfile, rid: string): readonly Scheme[] {
  if (authentication === 'none') return [];
  return [{ rid, kind: authentication === 'xda' ? 'ec' : 'rsa' }];
}

interface Scheme {
  readonly rid: string;
  readonly kind: 'rsa' | 'ec';
}

function rsaRecord(held: IssuerKeys): Result<CaRsaRecord, KeyFailure> {
  const ca = held.caRsa();
  if (!ca.ok) return fail(ca.error);
  const index = held.pki.rsaCaIndexHex;
  const { modulus, exponent } = ca.value.publicKey;
  return ok({
    rid: encodeHex(held.rid),
    index,
    environment: 'test',
    expiry: '2049-12-31',
    exponent: encodeHex(exponent),
    modulus: encodeHex(modulus),
    checksum: encodeHex(caChecksum(held.rid, hex(index)[0] ?? 0, ca.value.publicKey)),
  });
}

function ecRecord(held: IssuerKeys): Result<CaEcRecord, KeyFailure> {
  const ca = held.caEc();
  if (!ca.ok) return fail(ca.error);
  return ok({
    rid: encodeHex(held.rid),
    index: held.pki.ecCaIndexHex,
    environment: 'test',
    expiry: '2049-12-31',
    curve: 'P-256',
    x: encodeHex(ca.value.x),
    y: encodeHex(ca.value.y),
  });
}
