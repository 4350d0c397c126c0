import type { Features, Verification } from './features.ts';

/** What the cardholder must do for a payment like this. */
export type RequiredMethod = 'none' | 'cdcvm' | 'pin' | 'refuse';

/** One rule: when it fires, its points are added and its code is a reason. */
export interface Rule {
  readonly code: string;
  readonly meaning: string;
  readonly points: number;
  readonly fires: (features: Features) => boolean;
}

/** Above this the cardholder must be verified: 50.00, the limit of contactless payments. */
export const CVM_LIMIT_MINOR = 5_000n;

/** Methods that verify a person. */
export const VERIFYING: readonly Verification[] = ['cdcvm', 'online-pin'];

const UNVERIFIED = (features: Features): boolean => !VERIFYING.includes(features.verification);

/** The rules. A code never changes its meaning; a rule that is retired takes its code with it. */
export const RULES: readonly Rule[] = [
  {
    code: 'A01',
    meaning: 'amount of 250.00 or more',
    points: 150,
    fires: (features) => features.amountMinor >= 25_000n,
  },
  {
    code: 'A02',
    meaning: 'amount of 1,000.00 or more',
    points: 200,
    fires: (features) => features.amountMinor >= 100_000n,
  },
  {
    code: 'C01',
    meaning: 'no cardholder verification above the limit for contactless payments',
    points: 400,
    fires: (features) => features.amountMinor > CVM_LIMIT_MINOR && UNVERIFIED(features),
  },
  {
    code: 'V01',
    meaning: 'the card was used 5 times or more in 10 minutes',
    points: 250,
    fires: (features) => features.cardLast10Min >= 5,
  },
  {
    code: 'V02',
    meaning: 'the card was used 20 times or more in 24 hours',
    points: 200,
    fires: (features) => features.cardLast24H >= 20,
  },
  {
    code: 'V03',
    meaning: 'the card was used at 5 merchants or more in 24 hours',
    points: 200,
    fires: (features) => features.cardMerchants24H >= 5,
  },
  {
    code: 'T01',
    meaning: 'the terminal sent 60 authorisations or more in 10 minutes',
    points: 100,
    fires: (features) => features.terminalLast10Min >= 60,
  },
  {
    code: 'T02',
    meaning: '10 payments or more were declined at the terminal in 10 minutes',
    points: 250,
    fires: (features) => features.terminalDeclines10Min >= 10,
  },
  {
    code: 'H01',
    meaning: 'between midnight and five in the morning',
    points: 100,
    fires: (features) => features.localHour < 5,
  },
  {
    code: 'R01',
    meaning: 'the card took 3 seconds or more to answer',
    points: 150,
    fires: (features) => (features.cardTimeMs ?? 0) >= 3_000,
  },
];
