import { ok } from '#kernel/bytes/result.ts';
import { type DemoTimings, demoSale } from '../scripts/demo/demo-sale.ts';
import { withDemoShop } from '../scripts/demo/demo-shop.ts';

const SALES = 200;
/** Sales before the programs are warm; they are told apart from the rest. */
const WARM_UP = 20;

/**
 * How long a sale takes from tap to outcome, and where the time goes: a whole shop with its own
 * cloud and database on this machine, the wearable in process. Prints p50 and p99 in ms.
 */
const measured = await withDemoShop(
  () => undefined,
  async (shop) => {
    const timings: DemoTimings[] = [];
    while (timings.length < SALES + WARM_UP) {
      // One wearable may pay only so often before its score rises, which costs no more time.
      const order = { wearableId: 'everyday', expected: 'approved', amountMinor: 1n } as const;
      const sold = await demoSale(order, shop);
      if (!sold.ok) return sold;
      timings.push(sold.value.timingsMs);
    }
    return ok(timings);
  },
);

if (measured.ok) {
  const [first] = measured.value;
  const warm = measured.value.slice(WARM_UP);
  const rows = Object.keys(first ?? {}).map((part) => {
    const sorted = warm.map((t) => t[part as keyof DemoTimings]).sort((a, b) => a - b);
    const at = (share: number): string =>
      (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
    const once = (first?.[part as keyof DemoTimings] ?? 0).toFixed(1);
    return `${part.padEnd(14)}${once.padStart(8)}${at(0.5).padStart(8)}${at(0.99).padStart(8)}`;
  });
  process.stdout.write(`${'ms'.padEnd(14)}   first     p50     p99\n${rows.join('\n')}\n`);
} else {
  process.stderr.write(`${measured.error}\n`);
  process.exitCode = 1;
}
