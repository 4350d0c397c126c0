import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Queries } from '../store/database.ts';
import { parseFeatures } from './features.ts';
import { type HistoricPayment, type Simulation, simulateScorer } from './history.ts';
import type { Scorer } from './score.ts';

/** Which of the stored decisions. */
export interface Span {
  /** From this moment on. */
  readonly from?: Date;
  /** Before this moment. */
  readonly until?: Date;
  /** So many at most, the newest. */
  readonly most: number;
}

/** The newest stored decisions of a time, the newest first; what cannot be read is left out. */
export async function readRecentHistory(
  db: Queries,
  { from, until, most }: Span,
): Promise<readonly HistoricPayment[]> {
  let query = db
    .selectFrom('decisions')
    .leftJoin('fraud_labels', (join) =>
      join
        .onRef('fraud_labels.terminal_id', '=', 'decisions.terminal_id')
        .onRef('fraud_labels.stan', '=', 'decisions.stan')
        .onRef('fraud_labels.transmitted_at', '=', 'decisions.transmitted_at'),
    )
    .select(['decisions.features', 'decisions.decided_at', 'fraud_labels.known_at'])
    .orderBy('decisions.decided_at', 'desc')
    .limit(most);
  if (from) query = query.where('decisions.decided_at', '>=', from);
  if (until) query = query.where('decisions.decided_at', '<', until);
  const history: HistoricPayment[] = [];
  for (const { features: text, decided_at, known_at } of await query.execute()) {
    const features = parseFeatures(text);
    if (!features.ok) continue;
    const decidedAtMs = decided_at.getTime();
    history.push({ decidedAtMs, features: features.value, isFraud: known_at !== null });
  }
  return history;
}

/** So many payments are scored before others have their turn. */
const AT_A_TIME = 100;

/** What `simulateScorer` says, in steps between which the process does other things. */
export async function simulateInSteps(
  before: Scorer,
  after: Scorer,
  history: readonly HistoricPayment[],
): Promise<Simulation> {
  let sum = simulateScorer(before, after, []);
  for (let at = 0; at < history.length; at += AT_A_TIME) {
    const part = simulateScorer(before, after, history.slice(at, at + AT_A_TIME));
    sum = addUp(sum, part) as Simulation;
    await nextTurn();
  }
  return sum;
}

/** Adds counts of the same shape, place by place; a place that only one has is taken from it. */
function addUp(one: unknown, other: unknown): unknown {
  if (typeof one === 'number' && typeof other === 'number') return one + other;
  if (one === undefined || other === undefined) return one ?? other;
  const [left, right]: Record<string, unknown>[] = [Object(one), Object(other)];
  const names = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
  return Object.fromEntries([...names].map((name) => [name, addUp(left?.[name], right?.[name])]));
}
