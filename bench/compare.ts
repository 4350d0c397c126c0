const ROUNDS = 9;
const ROUND_MS = 200;

/**
 * Measures several ways of doing the same, in turns so that a busy machine slows all of them, and
 * prints the median of their rounds as operations per second and as a ratio to the first. A second
 * is one of processor time, the collector's threads included: what other programs take is not
 * counted.
 */
export function compare(title: string, ways: Readonly<Record<string, () => unknown>>): void {
  const rates = new Map<string, number[]>();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, once] of Object.entries(ways)) {
      const rate = ratePerSecond(once);
      // The first round only warms up.
      if (round > 0) rates.set(name, [...(rates.get(name) ?? []), rate]);
    }
  }
  const [first = 1] = [...rates.values()].map(median);
  process.stdout.write(`${title}\n`);
  for (const [name, measured] of rates) {
    const rate = median(measured);
    const perSecond = Math.round(rate).toLocaleString('en').padStart(12);
    process.stdout.write(
      `${name.padEnd(28)}${perSecond} /s${(rate / first).toFixed(1).padStart(9)} x\n`,
    );
  }
}

function ratePerSecond(once: () => unknown): number {
  const started = processorMs();
  let count = 0;
  let elapsed = 0;
  while (elapsed < ROUND_MS) {
    for (let i = 0; i < 100; i++) once();
    count += 100;
    elapsed = processorMs() - started;
  }
  return (count / elapsed) * 1000;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
