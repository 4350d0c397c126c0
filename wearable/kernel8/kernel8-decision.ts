import { decodeBcd } from '#kernel/bytes/bcd.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { isWithinOfflineLimits } from '../chip/offline-limits.ts';
import type { UserVerification } from '../personalisation.ts';
import type { Kernel8Profile } from '../profile-applications.ts';
import type { ApplicationState } from '../state.ts';

/** How the card wants its holder verified (9F8102). EMV Contactless Book C-8, A.1. */
export const VERIFICATION = {
  none: 0x00,
  signature: 0x01,
  onlinePin: 0x02,
  onDevice: 0x03,
  failed: 0xff,
} as const;

/** What a kernel 8 card answers a payment with. */
export interface Kernel8Decision {
  readonly type: 'aac' | 'tc' | 'arqc';
  readonly verification: number;
  /** The user has to confirm on the wearable, then hold it to the reader again. */
  readonly wantsConfirmation: boolean;
  readonly amountMinor: number;
}

/** Terminal risk management data (9F1D), byte 1: what the reader can verify here and now. */
const READER = { onlinePin: 0x40, signature: 0x20, none: 0x08, onDevice: 0x04 };

/** The card's decision: never above what the kernel asks for. */
export function decideKernel8(
  profile: Kernel8Profile,
  state: ApplicationState,
  user: UserVerification,
  requested: 'aac' | 'tc' | 'arqc',
  find: (tag: string) => Uint8Array,
): Kernel8Decision {
  const [reader = 0] = find('9F1D');
  const verification = verificationOf(profile, user, reader);
  const amount = decodeBcd(find('9F02'));
  const amountMinor = amount.ok ? Number(amount.value) : Number.POSITIVE_INFINITY;
  const wantsConfirmation =
    profile.cardholderVerification === 'cdcvm-on-request' &&
    !user.isConfirmed &&
    (reader & READER.none) === 0 &&
    (reader & READER.onDevice) !== 0;
  if (wantsConfirmation || requested === 'aac' || verification === VERIFICATION.failed) {
    return { type: 'aac', verification, wantsConfirmation, amountMinor };
  }
  const mayApprove =
    requested === 'tc' &&
    verification !== VERIFICATION.onlinePin &&
    isWithinOfflineLimits(profile.offline, state, amountMinor, encodeHex(find('5F2A')));
  return { type: mayApprove ? 'tc' : 'arqc', verification, wantsConfirmation, amountMinor };
}

/** What the profile prefers, where the reader can; nothing, where that is enough; else the rest. */
function verificationOf(
  { cardholderVerification }: Kernel8Profile,
  user: UserVerification,
  reader: number,
): number {
  const isVerified =
    cardholderVerification === 'cdcvm' ||
    (cardholderVerification === 'cdcvm-on-request' && user.isConfirmed);
  if (isVerified && reader & READER.onDevice) return VERIFICATION.onDevice;
  if (reader & READER.none) return VERIFICATION.none;
  const prefersSignature = cardholderVerification === 'signature';
  if (prefersSignature && reader & READER.signature) return VERIFICATION.signature;
  if (cardholderVerification === 'none') return VERIFICATION.failed;
  if (reader & READER.onlinePin) return VERIFICATION.onlinePin;
  return reader & READER.signature ? VERIFICATION.signature : VERIFICATION.failed;
}
