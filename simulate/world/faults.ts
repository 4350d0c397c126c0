import type { Random } from '../../fuzz/random.ts';

/** What can go wrong by itself; each is asked for wherever it could happen. */
export const FAULTS = {
  drop: 'a message is lost',
  duplicate: 'a message arrives twice',
  reorder: 'a message is held up for a moment, and the next overtakes it',
  delay: 'a message takes up to a minute and a half, longer than anybody waits',
  truncate: 'only a part of a message arrives',
  'line-loss': 'the line breaks while an answer is waited for',
  'terminal-crash': 'a terminal ends at one of its awaits and starts again',
  'host-crash': 'the host ends at one of its awaits and starts again',
  'connection-loss': 'the host loses a database connection, before a statement or after it',
  'disk-full': 'a terminal cannot write its journal for a while',
  'store-full': 'the database of the host can write nothing for a while',
  'clock-step': 'a clock jumps, forward or back',
} as const;

/** One of `FAULTS`. */
export type Fault = keyof typeof FAULTS;

/** How often each happens, in ten thousandths of the times it could. */
export type FaultRates = Readonly<Record<Fault, number>>;

/** One fault at one place: the n-th time, from 1, that it could happen. */
export interface Mishap {
  readonly fault: Fault;
  readonly nth: number;
}

/** Whether there is a fault of this name. */
export function isFault(name: string): name is Fault {
  return Object.hasOwn(FAULTS, name);
}

/** Rates worth trying: for many runs a fault is absent, for some it is everywhere. */
const CHOICES: FaultRatesChoices = {
  drop: [0, 0, 100, 1_500],
  duplicate: [0, 0, 500, 4_000],
  reorder: [0, 0, 500, 4_000],
  delay: [0, 0, 200, 2_000],
  truncate: [0, 0, 100, 1_000],
  'line-loss': [0, 0, 100, 1_000],
  'terminal-crash': [0, 0, 20, 300],
  'host-crash': [0, 0, 10, 80],
  'connection-loss': [0, 0, 20, 200],
  'disk-full': [0, 0, 30, 300],
  'store-full': [0, 0, 0, 20],
  'clock-step': [0, 3_000],
};

type FaultRatesChoices = Readonly<Record<Fault, readonly number[]>>;

/** The rates of one run. */
export function drawFaultRates(random: Random): FaultRates {
  const drawn = Object.entries(CHOICES).map(([fault, rates]) => [fault, random.pick(rates)]);
  return Object.fromEntries(drawn) as FaultRates;
}

/** Nothing goes wrong by itself. */
export const NO_FAULTS = Object.fromEntries(
  Object.keys(FAULTS).map((fault) => [fault, 0]),
) as FaultRates;
