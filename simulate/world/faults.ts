import type { Random } from '../../fuzz/random.ts';

/** What can go wrong by itself; each is asked for wherever it could happen. */
export const FAULTS = {
  drop: 'a message is lost',
  duplicate: 'a message arrives twice',
  delay: 'a message takes up to a minute and a half, and others overtake it',
  truncate: 'only a part of a message arrives',
  'line-loss': 'the line breaks while an answer is waited for',
  'terminal-crash': 'a terminal ends at one of its awaits and starts again',
  'host-crash': 'the host ends at one of its awaits and starts again',
  'connection-loss': 'the host loses a database connection, before a statement or after it',
  'disk-full': 'a terminal cannot write its journal for a while',
  'clock-step': 'a clock jumps, forward or back',
} as const;

/** One of `FAULTS`. */
export type Fault = keyof typeof FAULTS;

/** How often each happens, in ten thousandths of the times it could. */
export type FaultRates = Readonly<Record<Fault, number>>;

/** Rates worth trying: for many runs a fault is absent, for some it is everywhere. */
const CHOICES: FaultRatesChoices = {
  drop: [0, 0, 100, 1_500],
  duplicate: [0, 0, 500, 4_000],
  delay: [0, 0, 200, 2_000],
  truncate: [0, 0, 100, 1_000],
  'line-loss': [0, 0, 100, 1_000],
  'terminal-crash': [0, 0, 20, 300],
  'host-crash': [0, 0, 10, 80],
  'connection-loss': [0, 0, 20, 200],
  'disk-full': [0, 0, 30, 300],
  'clock-step': [0, 3_000],
};

type FaultRatesChoices = Readonly<Record<Fault, readonly number[]>>;

/** The rates of one run. */
export function drawFaultRates(random: Random): FaultRates {
  const drawn = Object.entries(CHOICES).map(([fault, rates]) => [fault, random.pick(rates)]);
  return Object.fromEntries(drawn) as FaultRates;
}

/** Nothing goes wrong. */
export const NO_FAULTS = Object.fromEntries(
  Object.keys(FAULTS).map((fault) => [fault, 0]),
) as FaultRates;
