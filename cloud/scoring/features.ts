import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';

/** How the cardholder was verified, as the terminal says (DE 60, DF03). */
export const VERIFICATIONS = [
  'unknown',
  'none',
  'signature',
  'cdcvm',
  'online-pin',
  'fido2',
] as const;
/** One of `VERIFICATIONS`. */
export type Verification = (typeof VERIFICATIONS)[number];

/** Where the sale is made (DE 60, DF01); `web` is the one without a card in the field. */
export const CHANNELS = ['unknown', 'cashier', 'kiosk', 'web'] as const;

/** What is known of the wearable's own proof that it is what it says (DE 60, DF07). */
export const ATTESTATIONS = ['unknown', 'absent', 'failed', 'verified'] as const;

/**
 * Everything a score depends on, in the order in which it is logged. `values` lists the words of a
 * feature that is one; all others are numbers, null where nothing is known. A code is the reason
 * given when the model says that this feature raised the score; it never changes its meaning.
 */
export const FEATURES = [
  { name: 'amountMinor', code: 'F01', meaning: 'the amount' },
  { name: 'currency', code: 'F02', meaning: 'the currency' },
  { name: 'localHour', code: 'F03', meaning: 'the hour of the day' },
  { name: 'verification', code: 'F04', meaning: 'the verification', values: VERIFICATIONS },
  { name: 'channel', code: 'F05', meaning: 'the channel', values: CHANNELS },
  { name: 'attestation', code: 'F06', meaning: "the device's attestation", values: ATTESTATIONS },
  { name: 'energyPercent', code: 'F07', meaning: "the wearable's energy" },
  { name: 'checkedIn', code: 'F08', meaning: 'whether the customer had checked in' },
  { name: 'basketLines', code: 'F09', meaning: 'the lines of the basket' },
  { name: 'cardTimeMs', code: 'F10', meaning: 'how long the card took' },
  { name: 'cardLast10Min', code: 'F11', meaning: "the card's payments in 10 minutes" },
  { name: 'cardLast24H', code: 'F12', meaning: "the card's payments in 24 hours" },
  { name: 'cardMerchants24H', code: 'F13', meaning: "the card's merchants in 24 hours" },
  { name: 'cardAmount24HMinor', code: 'F14', meaning: 'what the card paid in 24 hours' },
  { name: 'cardUnverified', code: 'F15', meaning: "the card's payments since it was verified" },
  { name: 'cardUnverifiedMinor', code: 'F16', meaning: 'what they come to' },
  { name: 'deviceLast24H', code: 'F17', meaning: "the device's payments in 24 hours" },
  { name: 'deviceCards24H', code: 'F18', meaning: "the device's cards in 24 hours" },
  { name: 'terminalLast10Min', code: 'F19', meaning: "the terminal's payments in 10 minutes" },
  { name: 'terminalDeclines10Min', code: 'F20', meaning: "the terminal's declines in 10 minutes" },
  { name: 'terminalFrauds28Days', code: 'F21', meaning: 'known frauds at the terminal' },
  { name: 'terminalFraudRate28Days', code: 'F22', meaning: 'the known fraud rate of the terminal' },
  { name: 'merchantLast10Min', code: 'F23', meaning: "the merchant's payments in 10 minutes" },
  { name: 'merchantLast24H', code: 'F24', meaning: "the merchant's payments in 24 hours" },
  { name: 'merchantFraudRate90Days', code: 'F25', meaning: "the merchant's known fraud by value" },
] as const;

type Feature = (typeof FEATURES)[number];

/** The name of a feature. */
export type FeatureName = Feature['name'];

type ValueOf<F> = F extends { readonly values: readonly (infer Word)[] } ? Word : number | null;

/** What is known of one payment. */
export type Features = {
  readonly [F in Feature as F['name']]: ValueOf<F>;
};

/** Names in the order of the dictionary. */
export const FEATURE_NAMES: readonly FeatureName[] = FEATURES.map(({ name }) => name);

/** The words of a feature; `undefined` where it is a number. */
export function wordsOf(name: FeatureName): readonly string[] | undefined {
  return WORDS.get(name);
}

const WORDS: ReadonlyMap<FeatureName, readonly string[]> = new Map(
  FEATURES.flatMap((feature) => ('values' in feature ? [[feature.name, feature.values]] : [])),
);

/** A feature as a model reads it: a word is its place in the list, what is not known NaN. */
export function numberOf(features: Features, name: FeatureName): number {
  const value = features[name];
  if (typeof value === 'string') return wordsOf(name)?.indexOf(value) ?? Number.NaN;
  return value ?? Number.NaN;
}

/** The features as they are logged; the same features give the same text. */
export function encodeFeatures(features: Features): string {
  return JSON.stringify(features, [...FEATURE_NAMES]);
}

/** Why logged features cannot be read; `path` is the feature. */
export type FeaturesFault = Malformed<'not-json' | 'missing' | 'bad-value' | 'unknown-feature'>;

/** Reads logged features: all of them, and nothing else. */
export function parseFeatures(text: string): Result<Features, FeaturesFault> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return malformed('not-json', '', 0);
  }
  const given = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  for (const name of FEATURE_NAMES) {
    const value = given[name];
    if (value === undefined) return malformed('missing', name, 0);
    const words = wordsOf(name);
    const isGood = words
      ? typeof value === 'string' && words.includes(value)
      : value === null || (typeof value === 'number' && Number.isFinite(value));
    if (!isGood) return malformed('bad-value', name, 0);
  }
  const foreign = Object.keys(given).find((name) => !FEATURE_NAMES.some((one) => one === name));
  if (foreign !== undefined) return malformed('unknown-feature', foreign, 0);
  return ok(given as Features);
}
