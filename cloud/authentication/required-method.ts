import type { Features, Verification } from '../scoring/features.ts';
import type { StepUpPolicy } from './step-up-policy.ts';

/** What the cardholder must do for a payment like this. */
export type RequiredMethod = 'none' | 'cdcvm' | 'pin' | 'fido2' | 'refuse';

/** Why nothing is required. */
export type Exemption = 'contactless' | 'risk-analysis';

/** What is required, and by which exemption nothing is. */
export interface Requirement {
  readonly method: RequiredMethod;
  readonly exemption?: Exemption;
}

/**
 * What a payment requires. High risk always does. Without a card in the field (`web`) a signature
 * over amount and payee is required; at the till the wearable verifies its user, or a PIN is
 * entered if the wearable could not show that it is what it says.
 */
export function requiredMethod(
  tier: 'low' | 'medium' | 'high' | 'refuse',
  features: Features,
  policy: StepUpPolicy,
): Requirement {
  if (tier === 'refuse') return { method: 'refuse' };
  const exemption = tier === 'high' ? undefined : findExemption(tier, features, policy);
  if (exemption) return { method: 'none', exemption };
  if (features.channel === 'web') return { method: 'fido2' };
  return { method: features.attestation === 'failed' ? 'pin' : 'cdcvm' };
}

/** Whether the cardholder already did what is required. */
export function isSatisfied(method: RequiredMethod, verification: Verification): boolean {
  switch (method) {
    case 'none':
      return true;
    case 'cdcvm':
      return isVerified(verification);
    case 'pin':
      return verification === 'online-pin';
    case 'fido2':
      return verification === 'fido2';
    case 'refuse':
      return false;
    default:
      return method satisfies never;
  }
}

/** Whether this way of verification verifies a person. */
export function isVerified(verification: Verification): boolean {
  return ['cdcvm', 'online-pin', 'fido2'].includes(verification);
}

function findExemption(
  tier: 'low' | 'medium',
  features: Features,
  { currency, limitMinor, contactless, riskAnalysis }: StepUpPolicy,
): Exemption | undefined {
  const amount = features.amountMinor ?? Number.POSITIVE_INFINITY;
  if (features.currency !== currency) return undefined;
  if (features.channel !== 'web') {
    const taps = (features.cardUnverified ?? 0) + 1;
    const sum = (features.cardUnverifiedMinor ?? 0) + amount;
    const within = taps <= contactless.taps && sum <= contactless.cumulativeMinor;
    return amount <= limitMinor && within ? 'contactless' : undefined;
  }
  const rate = features.merchantFraudRate90Days;
  const band = riskAnalysis.find(({ upToMinor }) => amount <= upToMinor);
  if (tier !== 'low' || !band || rate === null) return undefined;
  return rate <= band.fraudRate ? 'risk-analysis' : undefined;
}
