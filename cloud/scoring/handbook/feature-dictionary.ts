/**
 * What the model knows of a transaction. A code is the reason given when a feature raised the score
 * most; it never changes its meaning. "Known" is what a label that takes seven days to arrive had
 * told by then. A ratio or an age is missing where there is no history for it.
 */
export const FEATURES = [
  { name: 'amount', code: 'M01', meaning: 'the amount' },
  { name: 'weekend', code: 'M02', meaning: 'Saturday or Sunday' },
  { name: 'night', code: 'M03', meaning: 'before seven in the morning' },
  { name: 'customerCount1Day', code: 'M04', meaning: "the customer's payments in 1 day" },
  { name: 'customerMean1Day', code: 'M05', meaning: "the customer's mean amount in 1 day" },
  { name: 'customerCount7Days', code: 'M06', meaning: "the customer's payments in 7 days" },
  { name: 'customerMean7Days', code: 'M07', meaning: "the customer's mean amount in 7 days" },
  { name: 'customerCount30Days', code: 'M08', meaning: "the customer's payments in 30 days" },
  { name: 'customerMean30Days', code: 'M09', meaning: "the customer's mean amount in 30 days" },
  { name: 'terminalCount1Day', code: 'M10', meaning: "the terminal's payments in 1 day" },
  { name: 'terminalRisk1Day', code: 'M11', meaning: 'known fraud at the terminal in 1 day' },
  { name: 'terminalCount7Days', code: 'M12', meaning: "the terminal's payments in 7 days" },
  { name: 'terminalRisk7Days', code: 'M13', meaning: 'known fraud at the terminal in 7 days' },
  { name: 'terminalCount30Days', code: 'M14', meaning: "the terminal's payments in 30 days" },
  { name: 'terminalRisk30Days', code: 'M15', meaning: 'known fraud at the terminal in 30 days' },
  { name: 'amountOverMean', code: 'M16', meaning: "the amount against the customer's mean" },
  { name: 'amountOverMedian', code: 'M17', meaning: "the amount against the customer's median" },
  { name: 'amountOverMax', code: 'M18', meaning: "the amount against the customer's largest" },
  { name: 'amountDeviation', code: 'M19', meaning: "the amount's deviation for the customer" },
  { name: 'greatestSurge14Days', code: 'M20', meaning: 'a lately unusual amount of the customer' },
  { name: 'surges14Days', code: 'M21', meaning: 'several unusual amounts of the customer' },
  { name: 'terminalFrauds28Days', code: 'M22', meaning: 'known frauds at the terminal' },
  { name: 'terminalFraudRate28Days', code: 'M23', meaning: 'the known fraud rate of the terminal' },
  { name: 'daysSinceFraud', code: 'M24', meaning: 'a recent known fraud at the terminal' },
  { name: 'fraudStreak', code: 'M25', meaning: 'known frauds at the terminal in a row' },
  { name: 'plainFrauds28Days', code: 'M26', meaning: 'known frauds of usual amounts' },
  { name: 'plainFraudRate28Days', code: 'M27', meaning: 'the known rate of such frauds' },
  { name: 'daysSincePlainFraud', code: 'M28', meaning: 'a recent known fraud of usual amount' },
  { name: 'plainFraudStreak', code: 'M29', meaning: 'known frauds of usual amounts in a row' },
  { name: 'plainStreakAgeDays', code: 'M30', meaning: 'the time since such frauds began' },
  { name: 'genuineBeforeStreakDays', code: 'M31', meaning: 'the time since they had not begun' },
] as const;

/** The name of a feature. */
export type FeatureName = (typeof FEATURES)[number]['name'];

/** A column per feature, one entry per transaction; NaN where a value is missing. */
export type FeatureColumns<Name extends FeatureName = FeatureName> = Readonly<
  Record<Name, Float64Array>
>;

/** Names in the order of the dictionary. */
export const FEATURE_NAMES: readonly FeatureName[] = FEATURES.map(({ name }) => name);

/** The handbook's own 15 (chapter 3, "Baseline feature transformation"). */
export const BOOK_FEATURES: readonly FeatureName[] = FEATURE_NAMES.slice(0, 15);
