import type { ContactProfile } from '../profile-applications.ts';
import type { ApplicationState } from '../state.ts';

/** The types of cryptogram, the least first. */
export type CryptogramType = 'aac' | 'tc' | 'arqc';

/** What a contact card looks at before it decides. */
export interface CardRisk {
  readonly requested: CryptogramType;
  readonly state: ApplicationState;
  readonly atc: number;
}

/** How the issuer was authenticated in this transaction. */
export type IssuerAuthentication = 'not-done' | 'genuine' | 'failed';

/** Terminals that have no host: EMV 4.4 Book 4, table 24. */
const OFFLINE_ONLY: readonly number[] = [0x13, 0x16, 0x23, 0x26, 0x36];

/**
 * The card's first decision. EMV 4.4 Book 3, 10.8: never above what the terminal asks for, but a
 * card may ask for its issuer in place of a TC. `terminalType` is tag 9F35.
 */
export function decideFirst(
  profile: ContactProfile,
  { requested, state, atc }: CardRisk,
  terminalType: number,
): CryptogramType {
  if (requested === 'aac' || state.applicationBlocked) return 'aac';
  if (requested === 'arqc') return 'arqc';
  const row = atc - state.lastOnlineAtc;
  const { lower, upper } = offlineLimitsOf(profile, state);
  const wantsIssuer =
    row > lower ||
    state.issuerAuthenticationFailed ||
    (state.pin !== '' && state.pinTriesLeft === 0);
  if (!wantsIssuer) return 'tc';
  if (!OFFLINE_ONLY.includes(terminalType)) return 'arqc';
  return row > upper || state.issuerAuthenticationFailed ? 'aac' : 'tc';
}

/** The card's last decision, after its issuer answered or could not be reached. */
export function decideSecond(
  profile: ContactProfile,
  { requested, state, atc }: CardRisk,
  issuer: IssuerAuthentication,
  isOnline: boolean,
): 'aac' | 'tc' {
  if (requested !== 'tc' || state.applicationBlocked || issuer === 'failed') return 'aac';
  if (!isOnline) {
    return atc - state.lastOnlineAtc > offlineLimitsOf(profile, state).upper ? 'aac' : 'tc';
  }
  return profile.issuerAuthentication === 'mandatory' && issuer !== 'genuine' ? 'aac' : 'tc';
}

/** How many payments in a row may go without the issuer, as it changed them or as profiled. */
export function offlineLimitsOf(
  { lowerOfflineLimit, upperOfflineLimit }: ContactProfile,
  { data }: ApplicationState,
): { readonly lower: number; readonly upper: number } {
  const { '9F14': lower, '9F23': upper } = data;
  return {
    lower: lower === undefined ? lowerOfflineLimit : Number.parseInt(lower, 16),
    upper: upper === undefined ? upperOfflineLimit : Number.parseInt(upper, 16),
  };
}
