import { decodeBcd } from '../../../bytes/bcd.ts';
import { hex } from '../../../bytes/hex.ts';
import { ok, type Result } from '../../../bytes/result.ts';
import type { EllipticCurves } from '../../../ports/elliptic-curves.ts';
import { type DataObjects, isLengthOf } from './data-objects.ts';
import { faultOf, type Kernel8Fault, L2 } from './fault.ts';
import { kernelConfiguration } from './profile-bits.ts';
import { raise, TVR } from './tvr.ts';

/** What a transaction needs of the terminal. Source: Book C-8 v1.1, A.3 (table A.38). */
const CONFIGURED = [
  '9F06',
  '9F1D',
  '9F35',
  '9F8206',
  '9F8207',
  '9F8208',
  '9F8209',
  '9F820A',
  '9F820B',
  '9F820C',
  '9F820D',
  '9F820E',
  '9F8211',
  '9F8212',
  '9F821A',
  '9F821E',
] as const;

/** Floor limit and CVM required limit, digits. */
const LIMITS = ['9F820D', '9F820E'] as const;

const CONFIGURED_FOR_RELAY_RESISTANCE = [
  '9F8213',
  '9F8214',
  '9F8215',
  '9F8216',
  '9F8217',
  '9F8218',
] as const;

/** Bit 5 of the security capability (9F820A). */
const LOCAL_AUTHENTICATION = 0x10;

/** Version 2 of the data; elliptic curves only for certificates. Source: C-8, C.100 and 2.6. */
const QUALIFIER = '02000010FFFF0000';

/**
 * Whether the terminal has all that the kernel needs, each in its length. RSA certificates are
 * refused where the configuration turns them on: how kernel 8 uses them is not public. Source: Book
 * C-8 v1.1, KS.3 and A.3, by Digrol/Denom, which ends there too.
 */
export function checkConfiguration(data: DataObjects): Result<undefined, Kernel8Fault> {
  const relay = kernelConfiguration.relayResistance(data) ? CONFIGURED_FOR_RELAY_RESISTANCE : [];
  const complete = [...CONFIGURED, ...relay].every((tag) => {
    const value = data.get(tag);
    return value !== undefined && isLengthOf(tag, value);
  });
  const amounts = LIMITS.every((tag) => decodeBcd(data.get(tag) ?? new Uint8Array(0)).ok);
  const isSound = complete && amounts && !kernelConfiguration.rsaCertificates(data);
  return isSound ? ok(undefined) : faultOf(L2.terminalDataError);
}

/**
 * Prepares the data objects of a transaction: a TVR in kernel 8's format, CVM results of zeros, the
 * kernel qualifier (9F2B), the ephemeral key's public half (9E), statuses of reading and writing.
 * Source: Book C-8 v1.1, 1.13 and 2.6 to 2.7, by Digrol/Denom.
 */
export function initialise(
  data: DataObjects,
  curves: EllipticCurves,
  unpredictableNumber: Uint8Array,
  privateKey: Uint8Array,
): Result<undefined, Kernel8Fault> {
  const publicKey = curves.publicKey('p256', privateKey);
  if (!publicKey) return faultOf(L2.terminalDataError);
  const security = data.get('9F820A')?.[0] ?? 0;
  const qualifier = hex(QUALIFIER);
  if ((security & LOCAL_AUTHENTICATION) !== 0) qualifier[1] = 0x80;
  data.set('95', new Uint8Array(5));
  raise(data, TVR.kernel8Format);
  data.set('9F34', new Uint8Array(3));
  data.set('9F33', Uint8Array.of(data.get('9F8206')?.[0] ?? 0, 0, security));
  data.set('9F37', unpredictableNumber);
  data.set('9F2B', qualifier);
  data.set('9E', publicKey);
  data.set('9F810C', new Uint8Array(2));
  data.set('9F821B', Uint8Array.of(NOT_COMPLETED));
  data.set('9F821C', Uint8Array.of(COMPLETED));
  return ok(undefined);
}

/** Read Data Status (9F821C) and Write Data Status (9F821B). Source: C-8, A.1.106 and A.1.145. */
export const COMPLETED = 0x80;
/** Some of the commands failed, or there were none. */
export const NOT_COMPLETED = 0x00;
