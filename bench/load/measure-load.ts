import type { TestCard } from '../../cloud/acquirer/test-card.fixture.ts';
import type { TestTerminal } from '../../cloud/acquirer/test-terminal.fixture.ts';

/** What a load came to: each latency, and how long all of it took. */
export interface Measured {
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
}

/** Lets each terminal pay with one card after the other, the next when the last was answered. */
export async function measureLoad(
  terminals: readonly TestTerminal[],
  cards: readonly TestCard[],
  seconds: number,
): Promise<Measured> {
  const latenciesMs: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  let turn = Math.floor(Math.random() * cards.length);
  await Promise.all(
    terminals.map(async (terminal) => {
      while (performance.now() < end) {
        const card = cards[turn++ % cards.length];
        if (!card) return;
        const sale = terminal.sale(card, { amountMinor: 100n, verification: 'cdcvm' });
        const sentAt = performance.now();
        const answer = await terminal.exchange(sale.bytes, 30_000);
        latenciesMs.push(performance.now() - sentAt);
        const code = terminal.open(answer).fields[39];
        if (code !== '00') throw new Error(`answered ${code}`);
      }
    }),
  );
  return { latenciesMs, seconds: (performance.now() - start) / 1000 };
}

/** The value that this share of all does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}
