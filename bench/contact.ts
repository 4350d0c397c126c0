import { encodeHex } from '#kernel/bytes/hex.ts';
import { runContact } from '#kernel/emv/contact/contact.ts';
import type { ContactInput } from '#kernel/emv/contact/input.ts';
import { bigintRsa } from '#kernel/emv/oda/rsa-bigint.ts';
import type { RsaRecovery } from '#kernel/ports/rsa.ts';
import {
  type CardBehaviour,
  type CardKeys,
  makeChain,
  ScriptedCard,
  terminalInput,
} from './contact-card.ts';
import { nodeRsa } from './oda-card.ts';

const WARM_UP = 300;
const RUNS = 3_000;
const [CDA, DDA] = ['1900', '3800'];

/**
 * How long the contact kernel takes over a transaction, from the card in the slot to the outcome:
 * only the time within the kernel's own steps is counted, not the card's and not the host's. Beside
 * it how many commands and bytes there are. Milliseconds.
 */
write('ms', ['first', 'p50', 'p99', 'commands', 'bytes out', 'bytes in']);
/** The longest there are: Book 2, annex D; the card's has to leave room in the answer of CDA. */
const longest = makeChain(1984, 1976, 1640);
const usual = makeChain(1984, 1408, 1152);
for (const [name, keys, card] of [
  ['CDA, offline, keys 1984, 1976, 1640 bits', longest, { aip: CDA }],
  ['CDA, online, keys 1984, 1976, 1640 bits', longest, { aip: CDA, first: 'ARQC' }],
  ['CDA, offline, keys 1984, 1408, 1152 bits', usual, { aip: CDA }],
  ['DDA, offline, keys 1984, 1976, 1640 bits', longest, { aip: DDA }],
] as const) {
  for (const [by, rsa] of [
    ['bigint', bigintRsa],
    ['node:crypto', nodeRsa],
  ] as const) {
    measure(`${name}: ${by}`, keys, card, rsa);
  }
}

function measure(name: string, keys: CardKeys, behaviour: CardBehaviour, rsa: RsaRecovery): void {
  const input = terminalInput(keys, { rsa });
  const answers = new Map<string, Uint8Array>();
  const runs = Array.from({ length: WARM_UP + RUNS }, () =>
    pay(input, answering(keys, behaviour, answers)),
  );
  const sorted = runs
    .slice(WARM_UP)
    .map(({ kernelMs }) => kernelMs)
    .sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  const [first] = runs;
  if (!first) return;
  const times = [first.kernelMs, at(0.5), at(0.99)].map((ms) => ms.toFixed(3));
  write(name, [...times, ...[first.commands, first.out, first.in].map(String)]);
}

/** A card that signs each command once: after the first transaction it answers at once. */
function answering(
  keys: CardKeys,
  behaviour: CardBehaviour,
  answers: Map<string, Uint8Array>,
): (command: Uint8Array) => Uint8Array {
  let card: ScriptedCard | undefined;
  let begun = '';
  return (command) => {
    begun += encodeHex(command);
    const known = answers.get(begun);
    if (known) return known;
    card ??= new ScriptedCard(keys, behaviour);
    const answer = card.respond(command);
    answers.set(begun, answer);
    return answer;
  };
}

/** One transaction: the kernel's time, and the traffic. */
function pay(input: ContactInput, answer: (command: Uint8Array) => Uint8Array) {
  const step = runContact(input);
  const counts = { kernelMs: 0, commands: 0, out: 0, in: 0 };
  const timed = (advance: () => ReturnType<typeof step.next>): ReturnType<typeof step.next> => {
    const began = performance.now();
    const next = advance();
    counts.kernelMs += performance.now() - began;
    return next;
  };
  let next = timed(() => step.next(undefined as never));
  while (!next.done) {
    const { value } = next;
    if (value.type === 'transmit') {
      const response = answer(value.command);
      counts.commands += 1;
      counts.out += value.command.length;
      counts.in += response.length;
      next = timed(() => step.next({ type: 'response', response }));
    } else if (value.type === 'authorise-online') {
      next = timed(() => step.next({ type: 'answered', responseCode: '00' }));
    } else {
      next = timed(() => step.next({ type: value.type === 'activate' ? 'activated' : 'shown' }));
    }
  }
  const { value: outcome } = next;
  const isSigned = 'oda' in outcome && /^(cda|dda)-verified$/.test(outcome.oda ?? '');
  if (outcome.type !== 'approved' || !isSigned) throw new Error(`ends as ${outcome.type}`);
  return counts;
}

function write(name: string, columns: readonly string[]): void {
  process.stdout.write(`${name.padEnd(54)}${columns.map((c) => c.padStart(10)).join('')}\n`);
}
