import { runEntryPoint } from '#kernel/emv/contactless/entry-point.ts';
import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import { bigintRsa } from '#kernel/emv/oda/rsa-bigint.ts';
import type { RsaRecovery } from '#kernel/ports/rsa.ts';
import { nodeRsa } from './oda-card.ts';
import { makeQvsdcCard, type QvsdcProfile, qvsdcSale } from './qvsdc-card.ts';

const WARM_UP = 300;
const RUNS = 3_000;

/**
 * How long Entry Point and kernel 3 take over a transaction, from the amount to the outcome: only
 * the time within the kernel's own steps is counted, not the card's.
 */
process.stdout.write(`${'ms'.padEnd(52)}${columns(['first', 'p50', 'p99', 'APDUs', 'bytes'])}\n`);
for (const [name, profile, outcome] of [
  ['fast DDA 01, keys 1984, 1984, 1984 bits', fast([1984, 1984, 1984], '01'), 'approved'],
  ['fast DDA 01, keys 1984, 1408, 1152 bits', fast([1984, 1408, 1152], '01'), 'approved'],
  ['fast DDA 01, keys 1408, 1152, 896 bits', fast([1408, 1152, 896], '01'), 'approved'],
  ['fast DDA 00, keys 1408, 1152, 896 bits', fast([1408, 1152, 896], '00'), 'approved'],
  ['online (ARQC), no record to authenticate', { processing: { '9F27': '80' } }, 'online-request'],
] as const) {
  for (const [by, rsa] of [
    ['bigint', bigintRsa],
    ['node:crypto', nodeRsa],
  ] as const) {
    measure(`${name}: ${by}`, profile, rsa, outcome);
  }
}

function fast(keyBits: readonly [number, number, number], fastDda: '00' | '01'): QvsdcProfile {
  return { keyBits, fastDda };
}

function measure(name: string, profile: QvsdcProfile, rsa: RsaRecovery, outcome: string): void {
  const card = makeQvsdcCard(profile);
  const sale = { ...qvsdcSale(card), rsa };
  const answers = new Map<string, Uint8Array>();
  const times: number[] = [];
  let traffic = { commands: 0, bytes: 0 };
  for (let i = 0; i < WARM_UP + RUNS; i++) {
    const run = payOnce(sale, (command) => {
      const known = answers.get(String(command));
      if (known) return known;
      const answer = card.respond(command);
      answers.set(String(command), answer);
      return answer;
    });
    if (run.outcome !== outcome) throw new Error(`${name} ends as ${run.outcome}`);
    times.push(run.kernelMs);
    traffic = run;
  }
  const sorted = times.slice(WARM_UP).sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(3);
  const [first = 0] = times;
  const counts = [traffic.commands, traffic.bytes].map(String);
  const told = columns([first.toFixed(3), at(0.5), at(0.99), ...counts]);
  process.stdout.write(`${name.padEnd(52)}${told}\n`);
}

function payOnce(sale: ContactlessInput, answer: (command: Uint8Array) => Uint8Array) {
  const step = runEntryPoint(sale);
  let [kernelMs, commands, bytes] = [0, 0, 0];
  const timed = (advance: () => ReturnType<typeof step.next>): ReturnType<typeof step.next> => {
    const started = performance.now();
    const next = advance();
    kernelMs += performance.now() - started;
    return next;
  };
  let next = timed(() => step.next(undefined as never));
  while (!next.done) {
    const { value } = next;
    if (value.type === 'transmit') {
      const response = answer(value.command);
      commands += 1;
      bytes += value.command.length + response.length;
      next = timed(() => step.next({ type: 'response', response }));
    } else {
      const type = value.type === 'activate' ? 'activated' : 'shown';
      next = timed(() => step.next({ type }));
    }
  }
  const { value: result } = next;
  const outcome = result.type === 'outcome' ? result.outcome.type : result.type;
  return { kernelMs, commands, bytes, outcome };
}

function columns(texts: readonly string[]): string {
  return texts.map((text) => text.padStart(9)).join('');
}
