import { readUint } from '../../bytes/bytes.ts';

/** What a card answers to EXCHANGE RELAY RESISTANCE DATA; hundreds of microseconds. */
export interface RelayResistanceAnswer {
  readonly minTime: number;
  readonly maxTime: number;
  /** What the card thinks its answer takes on the way; 0: it does not say. */
  readonly transmissionTime: number;
}

/** The terminal's part; hundreds of microseconds, but for a percentage. */
export interface RelayResistanceLimits {
  readonly minGrace: number;
  readonly maxGrace: number;
  /** How long the command takes on the way. */
  readonly commandTime: number;
  /** How long the answer takes on the way; 0: not known. */
  readonly answerTime: number;
  /** How far above its shortest time the card may be. */
  readonly accuracyThreshold: number;
  /** How much the two times of the answer must agree, in percent. */
  readonly mismatchThresholdPercent: number;
}

/** What one exchange shows. */
export interface RelayResistanceMeasurement {
  /** How long the card worked, hundreds of microseconds; FFFF for that and more. */
  readonly measured: number;
  /** Faster than the card can be: the card's data are wrong. */
  readonly tooFast: boolean;
  /** Slower than the card says it ever is. */
  readonly limitsExceeded: boolean;
  readonly thresholdExceeded: boolean;
  /** By how much the card's longest time was exceeded, hundreds of microseconds. */
  readonly timeExcess: number;
}

/** How often the exchange is made at most. */
export const RELAY_RESISTANCE_TRIES = 3;

const LONGEST = 0xffff;

/**
 * Reads 10 bytes: the card's entropy (4), its shortest and longest time and its time on the way, 2
 * bytes each; `undefined` for another length.
 */
export function decodeRelayResistanceAnswer(value: Uint8Array): RelayResistanceAnswer | undefined {
  if (value.length !== 10) return undefined;
  const at = (start: number): number => readUint(value.subarray(start, start + 2));
  return { minTime: at(4), maxTime: at(6), transmissionTime: at(8) };
}

/**
 * Judges the time between command and answer. A time that the reader did not measure counts as the
 * longest there is. Source: Book C-2, SR1.18 to SR1.30 and Book C-8, 21.11 to 21.25, each as an
 * open kernel has it; the two agree.
 */
export function measureRelayResistance(
  answer: RelayResistanceAnswer,
  limits: RelayResistanceLimits,
  elapsedUs: number | undefined,
): RelayResistanceMeasurement {
  const { minTime, maxTime, transmissionTime } = answer;
  const elapsed = Math.min(LONGEST, Math.floor((elapsedUs ?? Number.POSITIVE_INFINITY) / 100));
  const onTheWay = limits.commandTime + Math.min(transmissionTime, limits.answerTime);
  const measured = Math.max(0, elapsed - onTheWay);
  return {
    measured,
    tooFast: measured < Math.max(0, minTime - limits.minGrace),
    limitsExceeded: measured > maxTime + limits.maxGrace,
    thresholdExceeded: isThresholdExceeded(answer, limits, measured),
    timeExcess: Math.max(0, measured - maxTime),
  };
}

/** Not looked at where one side does not know how long an answer is on the way. */
function isThresholdExceeded(
  { minTime, transmissionTime }: RelayResistanceAnswer,
  { answerTime, accuracyThreshold, mismatchThresholdPercent }: RelayResistanceLimits,
  measured: number,
): boolean {
  if (transmissionTime === 0 || answerTime === 0) return false;
  const share = (part: number, whole: number): number => Math.floor((100 * part) / whole);
  return (
    share(transmissionTime, answerTime) < mismatchThresholdPercent ||
    share(answerTime, transmissionTime) < mismatchThresholdPercent ||
    measured - minTime > accuracyThreshold
  );
}
