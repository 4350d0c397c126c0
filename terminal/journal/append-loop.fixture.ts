import { openJournal } from './sqlite-journal.ts';

/**
 * Run as a process of its own: appends to the journal named by the first argument until it fails,
 * is killed, or has done as many as the second says. Prints a line for each append that resolved,
 * `open` once it has the journal, and the failure that ended it as JSON.
 */
const [path = '', limit = 'Infinity'] = process.argv.slice(2);
const opened = openJournal(path);
if (!opened.ok) {
  process.stdout.write(`${JSON.stringify(opened.error)}\n`);
  process.exit(2);
}
const journal = opened.value;
process.stdout.write('open\n');
for (let done = 0; done < Number(limit); done++) {
  const stan = await journal.nextStan();
  const paymentId = `p-${stan.ok ? stan.value : 'none'}`;
  const appended = stan.ok
    ? await journal.append(paymentId, {
        type: 'intent',
        atMs: done,
        saleId: 'sale '.repeat(200),
        amountMinor: BigInt(done),
        currency: '978',
        lines: [],
      })
    : stan;
  if (!appended.ok) {
    process.stdout.write(`${JSON.stringify(appended.error)}\n`);
    process.exit(3);
  }
  process.stdout.write(`${paymentId}\n`);
}
// The journal is left open on purpose: the process just ends, as in a crash.
