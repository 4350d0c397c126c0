import { readContactlessInput } from '#certify/contactless-input.ts';
import { readRecording } from '#certify/kinds/recorded-exchange.ts';
import { VectorInput } from '#certify/vector-input.ts';
import type { JsonObject } from '#certify/vector-kind.ts';
import { nodeCurves } from '#drivers/node-crypto/elliptic-curves.ts';
import { runEntryPoint } from '#kernel/emv/contactless/entry-point.ts';
import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import { nobleCurves } from '#kernel/emv/oda/noble-curves.ts';
import type { KernelCommand, KernelReply } from '#kernel/transaction/commands.ts';
import file from '../test-vectors/emv/kernel8-transactions.json' with { type: 'json' };

const WARM_UP = 100;
const RUNS = 1000;

/** A recorded transaction, its answers as bytes. */
interface Recorded {
  readonly input: ContactlessInput;
  readonly outcome: string;
  readonly responses: readonly { readonly response: Uint8Array; readonly elapsedUs?: number }[];
}

/**
 * How long kernel 8 takes for a transaction, card and commands excluded: from the amount to the
 * outcome against a recorded card, which answers at once. Milliseconds by the clock and of the
 * processor, which a busy machine does not add to. Then how many commands and bytes a transaction
 * is, against the fewest that the card's file locator allows.
 */
const COLUMNS = ['first', 'p50', 'p99', 'cpu mean', 'cpu p99'];
process.stdout.write(`${'ms'.padEnd(60)}${COLUMNS.map((name) => name.padStart(9)).join('')}\n`);
for (const [id, name] of [
  ['kernel8-approved-offline', 'local authentication'],
  ['kernel8-relay-within-limits', 'local authentication, relay resistance'],
  ['kernel8-no-local-authentication', 'no local authentication'],
] as const) {
  for (const [way, curves] of [
    ['@noble/curves', nobleCurves],
    ['node:crypto injected', nodeCurves],
  ] as const) {
    measure(`${name}: ${way}`, { ...recorded(id), ...withCurves(id, curves) });
  }
}
process.stdout.write('\ncommands and bytes\n');
for (const id of ['kernel8-approved-offline', 'kernel8-relay-within-limits']) count(id);

function recorded(id: string): Recorded {
  const vector = file.vectors.find((one) => one.id === id);
  if (!vector) throw new Error(`no vector ${id}`);
  const members = new VectorInput(vector.input as JsonObject);
  return {
    input: readContactlessInput(members),
    outcome: vector.expect.outcome,
    responses: readRecording(members).pairs,
  };
}

function withCurves(id: string, curves: typeof nobleCurves): Pick<Recorded, 'input'> {
  return { input: { ...recorded(id).input, curves } };
}

function measure(name: string, one: Recorded): void {
  const times: number[] = [];
  const cpuTimes: number[] = [];
  for (let i = 0; i < WARM_UP + RUNS; i++) {
    const cpuBefore = process.threadCpuUsage();
    const start = performance.now();
    const outcome = run(one);
    times.push(performance.now() - start);
    const { user, system } = process.threadCpuUsage(cpuBefore);
    cpuTimes.push((user + system) / 1000);
    if (outcome !== one.outcome) throw new Error(`${name} ends with ${outcome}`);
  }
  const cpu = cpuTimes.slice(WARM_UP);
  const mean = cpu.reduce((sum, ms) => sum + ms, 0) / cpu.length;
  const columns = [times[0] ?? 0, at(times, 0.5), at(times, 0.99), mean, at(cpuTimes, 0.99)];
  const row = columns.map((ms) => ms.toFixed(3).padStart(9)).join('');
  process.stdout.write(`${name.padEnd(60)}${row}\n`);
}

/** A percentile, after warming up. */
function at(times: readonly number[], share: number): number {
  const sorted = times.slice(WARM_UP).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

function run({ input, responses }: Recorded): string {
  const step = runEntryPoint(input);
  let next = step.next(undefined as never);
  let sent = 0;
  while (!next.done) {
    const { type } = next.value;
    next = step.next(type === 'transmit' ? answer(responses[sent++]) : otherReply(type));
  }
  return next.value.type === 'outcome' ? next.value.outcome.type : next.value.type;
}

function answer(recordedAnswer: Recorded['responses'][number] | undefined): KernelReply {
  if (!recordedAnswer) throw new Error('a command that is not recorded');
  return { type: 'response', ...recordedAnswer };
}

function otherReply(type: Exclude<KernelCommand['type'], 'transmit'>): KernelReply {
  if (type === 'activate') return { type: 'activated' };
  if (type === 'show') return { type: 'shown' };
  throw new Error(`kernel 8 does not ask for ${type}`);
}

/** Two SELECTs, GET PROCESSING OPTIONS, the located records and GENERATE AC must be. */
function count(id: string): void {
  const exchange = file.vectors.find((one) => one.id === id)?.input.exchange ?? [];
  const bytes = (name: 'command' | 'response'): number =>
    exchange.reduce((sum, pair) => sum + pair[name].length / 2, 0);
  const records = exchange.filter(({ command }) => command.startsWith('00B2')).length;
  const relay = exchange.filter(({ command }) => command.startsWith('80EA')).length;
  process.stdout.write(
    `${id.padEnd(36)}${exchange.length} commands of ${4 + records + Math.min(relay, 1)}, ` +
      `${bytes('command')} bytes there, ${bytes('response')} back\n`,
  );
}
