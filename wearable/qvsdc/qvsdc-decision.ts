import { decodeBcd } from '#kernel/bytes/bcd.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { isWithinOfflineLimits } from '../chip/offline-limits.ts';
import type { DataObjectList } from '../data-object-list.ts';
import type { UserVerification } from '../personalisation.ts';
import type { QvsdcProfile } from '../profile-applications.ts';
import type { ApplicationState } from '../state.ts';

/** The card's answer to a payment: EMV 4.4 Book 3, 6.5.5.4, bits 8-7. */
export type CryptogramType = 'aac' | 'tc' | 'arqc';

/** What a kernel 3 application answers a reader with. */
export interface QvsdcDecision {
  readonly type: CryptogramType;
  /** Card transaction qualifiers (9F6C), 2 bytes. */
  readonly qualifiers: Uint8Array;
  /** Whether the records let the reader authenticate the card. */
  readonly isAuthenticated: boolean;
  readonly amountMinor: number;
}

/** Terminal transaction qualifiers (9F66). Source: EMV Contactless Book A, 5.7. */
const TTQ1 = {
  emvMode: 0x20,
  offlineOnly: 0x08,
  onlinePin: 0x04,
  signature: 0x02,
  authenticationOnline: 0x01,
};
const TTQ2 = { cryptogramOnline: 0x80, verificationRequired: 0x40 };

/** Card transaction qualifiers. EMV Contactless Book C-3, annex A, of which no text is public. */
const CTQ1 = { onlinePin: 0x80, signature: 0x40 };
const CTQ2 = { verifiedOnDevice: 0x80, issuerUpdate: 0x40 };

/**
 * What to answer: `refused` where the application serves no such reader, `confirm-first` where the
 * user has to confirm on the wearable, then hold it to the reader again.
 */
export function decideQvsdc(
  profile: QvsdcProfile,
  state: ApplicationState,
  user: UserVerification,
  pdol: DataObjectList,
  values: Uint8Array,
): QvsdcDecision | 'refused' | 'confirm-first' {
  const find = (tag: string) => pdol.find(values, tag) ?? new Uint8Array(0);
  const [ttq1 = 0, ttq2 = 0] = find('9F66');
  if ((ttq1 & TTQ1.emvMode) === 0) return 'refused';
  const isOfflineOnly = (ttq1 & TTQ1.offlineOnly) !== 0;
  if (isOfflineOnly && !profile.offline) return 'refused';
  const isVerificationRequired = (ttq2 & TTQ2.verificationRequired) !== 0;
  const onRequest = profile.cardholderVerification === 'cdcvm-on-request';
  if (onRequest && isVerificationRequired && !user.isConfirmed) return 'confirm-first';
  const amount = decodeBcd(find('9F02'));
  const amountMinor = amount.ok ? Number(amount.value) : Number.POSITIVE_INFINITY;
  const wantsOnline = (ttq2 & TTQ2.cryptogramOnline) !== 0;
  const qualifiers = qualifiersOf(profile, user, ttq1, isVerificationRequired);
  const [first = 0] = qualifiers;
  const isApproved =
    !wantsOnline &&
    (first & CTQ1.onlinePin) === 0 &&
    isWithinOfflineLimits(profile.offline, state, amountMinor, encodeHex(find('5F2A')));
  const type = typeOf(state.applicationBlocked, isApproved, isOfflineOnly);
  const wantsAuthentication = type === 'tc' || (ttq1 & TTQ1.authenticationOnline) !== 0;
  return {
    type,
    qualifiers,
    isAuthenticated:
      profile.offlineAuthentication === 'fdda' && type !== 'aac' && wantsAuthentication,
    amountMinor,
  };
}

function typeOf(isBlocked: boolean, isApproved: boolean, isOfflineOnly: boolean): CryptogramType {
  if (isBlocked) return 'aac';
  if (isApproved) return 'tc';
  return isOfflineOnly ? 'aac' : 'arqc';
}

function qualifiersOf(
  { cardholderVerification, issuerUpdate }: QvsdcProfile,
  user: UserVerification,
  ttq1: number,
  isRequired: boolean,
): Uint8Array {
  const update = issuerUpdate ? CTQ2.issuerUpdate : 0;
  switch (cardholderVerification) {
    case 'cdcvm':
      return Uint8Array.of(0, CTQ2.verifiedOnDevice | update);
    case 'cdcvm-on-request':
      return Uint8Array.of(0, (user.isConfirmed ? CTQ2.verifiedOnDevice : 0) | update);
    case 'signature':
      return Uint8Array.of(isRequired && ttq1 & TTQ1.signature ? CTQ1.signature : 0, update);
    case 'none':
      return Uint8Array.of(isRequired && ttq1 & TTQ1.onlinePin ? CTQ1.onlinePin : 0, update);
    default:
      return cardholderVerification satisfies never;
  }
}
