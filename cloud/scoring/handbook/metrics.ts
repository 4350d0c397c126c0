/** Scores and truth of the same rows. */
export interface Scored {
  readonly scores: Float64Array;
  /** 1 for fraud. */
  readonly labels: Uint8Array;
}

/** Scores of test rows with what groups them. */
export interface ScoredCards extends Scored {
  readonly customer: Uint32Array;
  /** Any number per day, rising. */
  readonly day: Int32Array;
}

/** Area under the ROC curve: the chance that a fraud scores above a genuine row, ties half. */
export function areaUnderRoc({ scores, labels }: Scored): number {
  let [genuineBelow, pairs, frauds] = [0, 0, 0];
  for (const [fraudsHere, genuineHere] of tiedGroups({ scores, labels }, 1)) {
    pairs += fraudsHere * (genuineBelow + genuineHere / 2);
    genuineBelow += genuineHere;
    frauds += fraudsHere;
  }
  return pairs / (frauds * genuineBelow);
}

/** Average precision: the sum over thresholds of the precision times the rise of the recall. */
export function averagePrecision({ scores, labels }: Scored): number {
  let [sum, frauds, rows] = [0, 0, 0];
  for (const [fraudsHere, genuineHere] of tiedGroups({ scores, labels }, -1)) {
    frauds += fraudsHere;
    rows += fraudsHere + genuineHere;
    sum += fraudsHere * (frauds / rows);
  }
  return sum / frauds;
}

/**
 * Card precision at `count` (handbook, chapter 4, "Precision top-k metrics"): the mean over days of
 * the compromised cards' share among the `count` cards that score highest that day, where a card
 * scores as its riskiest transaction. A compromised card found on one day is left out afterwards.
 */
export function cardPrecision(scored: ScoredCards, count: number): number {
  const found = new Set<number>();
  const shares = daysOf(scored).map((rows) => {
    const cards = cardsOf(
      scored,
      rows.filter((i) => !found.has(scored.customer[i] ?? 0)),
    );
    const top = cards.sort((a, b) => b.score - a.score || a.customer - b.customer).slice(0, count);
    const compromised = top.filter((card) => card.isCompromised);
    for (const { customer } of compromised) found.add(customer);
    return compromised.length / count;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Frauds and genuine rows of each different score; the lowest first, or (-1) the highest. */
function* tiedGroups(
  { scores, labels }: Scored,
  direction: 1 | -1,
): Generator<readonly [number, number]> {
  const order = Uint32Array.from(scores, (_, i) => i);
  order.sort((a, b) => direction * ((scores[a] ?? 0) - (scores[b] ?? 0)));
  for (let from = 0; from < order.length; ) {
    const score = scores[order[from] ?? 0];
    let [to, frauds] = [from, 0];
    for (; to < order.length && scores[order[to] ?? 0] === score; to++)
      frauds += labels[order[to] ?? 0] ?? 0;
    yield [frauds, to - from - frauds];
    from = to;
  }
}

function daysOf({ day }: ScoredCards): readonly (readonly number[])[] {
  const days = new Map<number, number[]>();
  for (const [i, one] of day.entries()) {
    const rows = days.get(one);
    if (rows) rows.push(i);
    else days.set(one, [i]);
  }
  return [...days.keys()].sort((a, b) => a - b).map((one) => days.get(one) ?? []);
}

interface Card {
  readonly customer: number;
  score: number;
  isCompromised: boolean;
}

function cardsOf({ scores, labels, customer }: ScoredCards, rows: readonly number[]): Card[] {
  const cards = new Map<number, Card>();
  for (const i of rows) {
    const id = customer[i] ?? 0;
    const card = cards.get(id) ?? { customer: id, score: 0, isCompromised: false };
    card.score = Math.max(card.score, scores[i] ?? 0);
    card.isCompromised ||= labels[i] === 1;
    cards.set(id, card);
  }
  return [...cards.values()];
}
