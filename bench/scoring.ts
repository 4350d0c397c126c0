import { LABEL_DELAY_DAYS } from '../cloud/scoring/daily-history.ts';
import { readScorer, scoreLive } from '../cloud/scoring/decision-log.ts';
import { writeFraudModel } from '../cloud/scoring/handbook/fraud-model.ts';
import { CHOSEN } from '../cloud/scoring/handbook/selection.ts';
import { simulate } from '../cloud/scoring/handbook/simulator.ts';
import { historyOfTransactions } from '../cloud/scoring/history.ts';
import { DEFAULT_RULES_TEXT } from '../cloud/scoring/scorer-files.ts';
import { trainOnHistory } from '../cloud/scoring/train-on-history.ts';
import { VelocityCounters } from '../cloud/scoring/velocity.ts';

/**
 * How long one decision's scoring takes: counting its features, rules, model, reasons, a challenger
 * and the text for the log. The cards, terminals and merchants are as busy as the handbook's
 * simulator makes them.
 */
const DECISIONS = 20_000;

const { transactions } = simulate({ customers: 400, terminals: 200, days: 90, radius: 20 });
const history = historyOfTransactions(transactions, LABEL_DELAY_DAYS);
const trained = trainOnHistory(history, { ...CHOSEN.candidate.parameters, seed: 1 });
const scorer = readScorer(DEFAULT_RULES_TEXT, writeFraudModel(trained.fraudModel));
if (!scorer.ok) throw new Error('the model is refused');
const plain = readScorer(DEFAULT_RULES_TEXT);
if (!plain.ok) throw new Error('the rules are refused');

const counters = new VelocityCounters();
for (const [i, seconds] of transactions.seconds.entries()) counters.observe(eventOf(i, seconds));

print('rules alone', measure({ deciding: plain.value }));
print('rules and model', measure({ deciding: scorer.value }));
print('rules and model, challenged', measure({ deciding: scorer.value, challenger: scorer.value }));

interface Measured {
  /** Microseconds by the clock, in which other programs may have had the processor, rising. */
  readonly elapsed: Float64Array;
  /** Microseconds of the processor, rising. */
  readonly busy: Float64Array;
}

function measure(scorers: Parameters<typeof scoreLive>[0]): Measured {
  const elapsed = new Float64Array(DECISIONS);
  const busy = new Float64Array(DECISIONS);
  for (let i = -2_000; i < DECISIONS; i++) {
    const at = (i + 2_000) % history.length;
    const features = history[at]?.features;
    if (!features) continue;
    const before = process.cpuUsage();
    const started = performance.now();
    const velocity = counters.count(eventOf(at, transactions.seconds.at(-1) ?? 0));
    scoreLive(scorers, { ...features, ...velocity });
    const ended = performance.now();
    const { user, system } = process.cpuUsage(before);
    if (i < 0) continue;
    elapsed[i] = 1000 * (ended - started);
    busy[i] = user + system;
  }
  return { elapsed: elapsed.sort(), busy: busy.sort() };
}

function eventOf(i: number, seconds: number) {
  const { customer, terminal, amount } = transactions;
  return {
    terminalId: `${terminal[i]}`,
    merchantId: `${(terminal[i] ?? 0) % 20}`,
    cardToken: `${customer[i]}`,
    deviceToken: `${customer[i]}`,
    amountMinor: BigInt(Math.round((amount[i] ?? 0) * 100)),
    verification: 'none' as const,
    isDeclined: false,
    now: new Date(seconds * 1000),
  };
}

function print(name: string, { elapsed, busy }: Measured): void {
  const at = (sorted: Float64Array, share: number) =>
    (sorted[Math.floor(share * DECISIONS)] ?? 0).toFixed(0);
  const trees = trained.fraudModel.model.roots.length;
  const told = [elapsed, busy].map((sorted) => `p50 ${at(sorted, 0.5)}, p99 ${at(sorted, 0.99)}`);
  process.stdout.write(`${name} (${trees} trees), us: ${told[0]}; of the processor ${told[1]}\n`);
}
