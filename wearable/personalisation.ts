import { hex } from '#kernel/bytes/hex.ts';
import type { MasterKey } from './cryptogram.ts';
import type { Counter, Memory } from './memory.ts';
import type { IssuerKeys } from './pki/issuer-keys.ts';
import type { ApplicationProfile } from './profile-applications.ts';
import { type ApplicationState, INITIAL_STATE, StateStore } from './state.ts';

/** Whether the user has confirmed on the wearable itself; the next transaction uses it up. */
export interface UserVerification {
  isConfirmed: boolean;
}

/** What is wrong with an application on purpose. */
export interface Defects {
  readonly wrongSignature: boolean;
  readonly wrongCertificate: boolean;
  readonly expiredCertificate: boolean;
  readonly expiredApplication: boolean;
}

/** What an applet is made from beside its profile. */
export interface Personalisation {
  readonly memory: Memory;
  /** What its memory goes by. */
  readonly memoryName: string;
  readonly keys: IssuerKeys;
  readonly user: UserVerification;
  readonly defects: Defects;
  /** Unpredictable bytes. */
  random(lengthBytes: number): Uint8Array;
}

const EXPIRED = '2001';

/** The counter of an application's transactions. */
export function openCounter({ memory, memoryName }: Personalisation): Counter {
  return memory.counter(memoryName);
}

/** What an application remembers, `initial` as it leaves personalisation. */
export function openState(
  { memory, memoryName }: Personalisation,
  initial: Partial<ApplicationState> = {},
): StateStore {
  return new StateStore(memory.cell(`${memoryName}/state`), { ...INITIAL_STATE, ...initial });
}

/** The key of an application's cryptograms. */
export function masterKeyOf(application: ApplicationProfile): MasterKey {
  const algorithm = application.type === 'kernel8' ? application.keyAlgorithm : 'tdes';
  return { algorithm, bytes: hex(application.iccMasterKeyHex) };
}

/** The last month (YYMM) of an application, or one that is long past. */
export function expiryOf({ expiry }: ApplicationProfile, { defects }: Personalisation): string {
  return defects.expiredApplication ? EXPIRED : expiry;
}

/** The last month (YYMM) of the certificates, or one that is long past. */
export function certificateExpiryOf({ keys, defects }: Personalisation): string {
  return defects.expiredCertificate ? EXPIRED : keys.pki.certificateExpiry;
}

/** PAN, separator, expiry, service code 201: international, chip, no restriction. */
export function track2Of(pan: string, expiry: string): Uint8Array {
  const digits = `${pan}D${expiry}201`;
  return hex(digits.length % 2 === 0 ? digits : `${digits}F`);
}

/** The PAN in compressed numeric digits (tag 5A). */
export function panBytesOf(pan: string): Uint8Array {
  return hex(pan.length % 2 === 0 ? pan : `${pan}F`);
}

/** The last day (YYMMDD) of a month (YYMM). */
export function lastDayOf(month: string): string {
  const day = new Date(Date.UTC(2000 + Number(month.slice(0, 2)), Number(month.slice(2)), 0));
  return `${month}${String(day.getUTCDate()).padStart(2, '0')}`;
}
