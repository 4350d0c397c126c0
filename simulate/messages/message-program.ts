import { expectOk } from '#kernel/bytes/result.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import { unwrapKeyBlock } from '#kernel/keys/key-block.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { decodeAdditionalData } from '#kernel/transaction/additional-data.ts';
import { buildReversal } from '#kernel/transaction/host-messages.ts';
import { exchangeWithHost, traceNow } from '#terminal/runner/host-exchange.ts';
import { MacKeys } from '#terminal/runner/mac-keys.ts';
import type { SimulatedHost } from '../host/simulated-host.ts';
import type { Life, Program } from '../terminal/machine.ts';
import { survivingLine } from '../terminal/surviving-ports.ts';
import { clockOf } from '../terminal/till-program.ts';
import { SimulatedLine } from '../world/simulated-line.ts';
import type { World } from '../world/world.ts';
import type { Asked, Book, Entry, Outcome } from './book.ts';
import { type Thinking, thinkOfMessage } from './think-of-message.ts';

const TIMEOUT_MS = 10_000;
const MOST_PAUSE_MS = 2_000;
const MOST_SENT = 3;
const CURRENCY = '978';
/** What is undone when nobody answers; the rest is repeated until somebody does. */
const REVERSIBLE: readonly Asked[] = ['purchase', 'preauthorisation', 'increment', 'refund'];

/** What one is made of that outlives it. */
export interface MessageMakeup extends Pick<Thinking, 'book' | 'identity' | 'cards'> {
  /** What new MAC keys come under. */
  readonly transportKey: SecretKey;
}

/**
 * A terminal at the level of messages: it sends what the till does not, keeps everything before it
 * is sent, and repeats or reverses what was not answered, also after it crashed.
 */
export class MessageProgram implements Program {
  readonly #world: World;
  readonly #makeup: MessageMakeup;
  readonly #life: Life;
  readonly #line: SimulatedLine;
  readonly #thinking: Thinking;

  constructor(world: World, host: SimulatedHost, makeup: MessageMakeup, life: Life) {
    this.#world = world;
    this.#makeup = makeup;
    this.#life = life;
    this.#line = new SimulatedLine(world, host, makeup.identity.terminalId);
    this.#thinking = { world, ...makeup, clock: clockOf(world, life) };
  }

  async begin(): Promise<void> {
    this.#world.note(`${this.#life.name}: started`);
    void this.#work();
  }

  end(): void {
    void this.#line.close();
  }

  async #work(): Promise<void> {
    const { scheduler, random } = this.#world;
    for (let book = this.#makeup.book; ; ) {
      await scheduler.pause(1 + random.below(MOST_PAUSE_MS));
      if (this.#line.state() === 'down' && !this.#world.onceIn(10)) continue;
      await this.#life.survive('message terminal, before it writes');
      const entry = book.pending ?? this.#next(book);
      await this.#life.survive('message terminal, after it wrote');
      if (!entry) return;
      if (entry.reversal) await this.#reverse(entry);
      else await this.#send(entry);
    }
  }

  #next(book: Book): Entry | undefined {
    if (book.left === 0) return undefined;
    book.left -= 1;
    const entry = thinkOfMessage(this.#thinking);
    book.entries.push(entry);
    return entry;
  }

  async #send(entry: Entry): Promise<void> {
    const { kind, message } = entry;
    const { mti } = message;
    entry.sent += 1;
    const repeat = { ...this.#spoiled(message), mti: `${mti.slice(0, 3)}1` };
    const answer = await this.#exchange(entry.sent === 1 ? message : repeat);
    const isReversible = REVERSIBLE.includes(kind);
    if (answer) {
      this.#end(entry, this.#read(entry, answer));
      // As when a receipt cannot be printed: what was granted is called off at once.
      const isGranted = entry.outcome?.type === 'answered' && entry.outcome.grantedMinor > 0n;
      if (!isGranted || !isReversible || !this.#world.onceIn(12)) return;
      delete entry.outcome;
    } else if (!isReversible || (entry.sent < MOST_SENT && this.#world.onceIn(2))) {
      return;
    }
    entry.reversal = { message: this.#buildReversal(entry), sent: 0 };
  }

  /** A planted bug, or the message as it is. */
  #spoiled(message: Message): Message {
    if (this.#world.canary !== 'terminal-changes-repeats') return message;
    const stan = `${this.#makeup.book.nextStan()}`.padStart(6, '0');
    return { ...message, fields: { ...message.fields, 11: stan } };
  }

  async #reverse(entry: Entry): Promise<void> {
    if (!entry.reversal) return;
    const { sent } = entry.reversal;
    // A repeat is the same message, or another that says the same.
    const isNew = sent > 0 && this.#world.onceIn(2);
    const message = isNew ? this.#buildReversal(entry) : entry.reversal.message;
    entry.reversal = { message, sent: sent + 1 };
    const mti = `${message.mti.slice(0, 3)}${sent === 0 ? 0 : 1}`;
    const answer = await this.#exchange({ ...message, mti });
    if (!answer) return;
    const code = answer.fields[39];
    if (code === '00') this.#end(entry, { type: 'reversed' });
    else this.#world.object(`the reversal of ${this.#nameOf(entry)} was answered ${code}`);
  }

  #buildReversal({ message, trace, amountMinor }: Entry): Message {
    const original = { ...trace, mti: message.mti as '0100' };
    const clock = clockOf(this.#world, this.#life);
    const reversal = buildReversal(
      { original, amountMinor, currency: CURRENCY, reason: 'timeout', attempt: 1 },
      this.#makeup.identity,
      traceNow(this.#makeup.book.nextStan(), clock),
    );
    return { ...reversal, mti: this.#world.random.pick(['0400', '0420']) };
  }

  async #exchange(message: Message): Promise<Message | undefined> {
    const macKeys = new MacKeys(this.#makeup.book.macKey);
    const settings = { macKeys, hostTimeoutMs: TIMEOUT_MS };
    const host = survivingLine(this.#line, this.#life);
    const answer = await exchangeWithHost({ host }, settings, message);
    await this.#life.survive('message terminal, before it writes an answer');
    return answer.ok ? answer.value : undefined;
  }

  #read({ kind, amountMinor }: Entry, { fields }: Message): Outcome {
    const code = String(fields[39]);
    if (kind === 'key-change' && code === '00') {
      const { book, transportKey } = this.#makeup;
      book.macKey = expectOk(unwrapKeyBlock(transportKey, String(fields[62]))).key;
    }
    const { batchNumber } = decodeAdditionalData(fields[48]);
    const isGranted = code === '00' || code === '10';
    return {
      type: 'answered',
      code,
      grantedMinor: code === '10' ? BigInt(String(fields[4])) : isGranted ? amountMinor : 0n,
      ...(batchNumber !== undefined && { batchNumber }),
    };
  }

  #end(entry: Entry, outcome: Outcome): void {
    entry.outcome = outcome;
    const said = outcome.type === 'answered' ? outcome.code : 'reversed';
    this.#world.note(`${this.#nameOf(entry)}: ${said}`);
    if (!entry.mustBe || outcome.type === 'reversed') return;
    if ((outcome.code === '00') !== (entry.mustBe === 'done')) {
      this.#world.object(`${this.#nameOf(entry)} was answered ${said}, not ${entry.mustBe}`);
    }
  }

  #nameOf({ kind, trace }: Entry): string {
    return `${this.#life.name} ${kind} ${trace.stan}`;
  }
}
