import type { Random } from '../fuzz/random.ts';
import type { Verdict } from './judge.ts';
import type { Sale } from './terminal/cashier.ts';
import { drawFaultRates, type Mishap } from './world/faults.ts';
import type { WorldFaults } from './world/world.ts';

/** Who does what in a run, and what goes wrong. */
export interface Scenario {
  readonly faults: WorldFaults;
  /** The sales of each till. */
  readonly sales: readonly (readonly Sale[])[];
  /** How many things each till does about its payments; its last day is closed besides. */
  readonly followUps: readonly number[];
  /** How many messages each terminal thinks of that works with single ones. */
  readonly messages: readonly number[];
  /** How many customers there are; few use their cards at everybody's at once. */
  readonly customers: number;
  /** Issuers are slow, late, silent or away. */
  readonly hasFaultyIssuers: boolean;
  readonly hasSkewedClocks: boolean;
  /** Cardholders deny payments at tills. */
  readonly hasDisputes: boolean;
  /** The product's own rules decide: they refuse a card that is used too often. */
  readonly isStrict: boolean;
}

const TERMINALS = 3;
const SALES = 10;
const MESSAGES = 24;
const FOLLOW_UPS = 24;
const CUSTOMERS = [2, 6, 12];

/** Any scenario. */
export function drawScenario(random: Random): Scenario {
  const faults = { rates: drawFaultRates(random) };
  const tills = random.below(TERMINALS + 1);
  const others = tills === 0 ? 1 + random.below(2) : random.below(2);
  return {
    faults,
    sales: Array.from({ length: tills }, (_, index) =>
      drawSales(random, index + 1, 1 + random.below(SALES)),
    ),
    followUps: Array.from({ length: tills }, () => random.below(FOLLOW_UPS)),
    messages: Array.from({ length: others }, () => 1 + random.below(MESSAGES)),
    customers: random.pick(CUSTOMERS),
    hasFaultyIssuers: true,
    hasSkewedClocks: true,
    hasDisputes: random.below(3) === 0,
    isStrict: random.below(3) === 0,
  };
}

/** What is small enough to have one fault at each place where it could happen. */
export const SMALL: Readonly<Record<SmallName, Small>> = {
  sale: { tills: 1, followUps: 0, messages: [], shows: ({ ends }) => ends.has('approved') },
  day: { tills: 1, followUps: 8, messages: [], shows: ({ followedUp }) => followedUp.size >= 5 },
  messages: { tills: 0, followUps: 0, messages: [14], shows: ({ asked }) => asked.size >= 8 },
};

/** The name of a small scenario. */
export type SmallName = 'sale' | 'day' | 'messages';

interface Small {
  readonly tills: number;
  readonly followUps: number;
  readonly messages: readonly number[];
  /** Whether a run had in it what it is for. */
  readonly shows: (verdict: Verdict) => boolean;
}

/**
 * One sale, a day of two with what follows, or a few messages of most kinds, in which nothing goes
 * wrong but `mishap`.
 */
export function smallScenario(random: Random, name: SmallName, mishap?: Mishap): Scenario {
  const { tills, followUps, messages } = SMALL[name];
  return {
    faults: mishap ? { mishap } : {},
    sales: Array.from({ length: tills }, (_, index) =>
      drawSales(random, index + 1, followUps > 0 ? 2 : 1),
    ),
    followUps: [followUps],
    messages,
    customers: 2,
    hasFaultyIssuers: false,
    hasSkewedClocks: false,
    hasDisputes: false,
    isStrict: false,
  };
}

const KINDS = ['purchase', 'purchase', 'preauthorisation'] as const;

function drawSales(random: Random, till: number, count: number): readonly Sale[] {
  return Array.from({ length: count }, (_, index) => {
    const unitPriceMinor = BigInt(1 + random.below(random.pick([500, 3_000, 20_000])));
    const line = { lineId: '1', itemId: '1', name: 'Oat milk', quantity: 1, taxPermille: 70 };
    return {
      saleId: `till-${till}-sale-${index + 1}`,
      kind: random.pick(KINDS),
      amountMinor: unitPriceMinor,
      lines: [{ ...line, unitPriceMinor }],
    };
  });
}
