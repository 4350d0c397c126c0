import type { Result } from '#kernel/bytes/result.ts';
import type { Payment } from '#kernel/transaction/payment.ts';
import { amountsOf, standingFollowUps } from '#kernel/transaction/payment-follow-ups.ts';
import { foldPayment } from '#kernel/transaction/payment-state.ts';
import type { World } from '../world/world.ts';
import type { Machine } from './machine.ts';
import type { Disk } from './stepwise-journal.ts';
import type { TillProgram } from './till-program.ts';

const RECENT = 12;
const MOST_INCREMENT_MINOR = 500;
const CLOSE_AGAIN_MS = 2_000;

/**
 * What is done at a till about payments that are over: completes, holds more, refunds a part or
 * all, calls off, takes that back, and closes the day. Once in a while it asks for what must be
 * refused.
 */
export class BackOffice {
  readonly #world: World;
  readonly #terminal: Machine<TillProgram>;
  readonly #disk: Disk;
  #left: number;
  #busy: TillProgram | undefined;
  #isClosed = false;

  constructor(world: World, terminal: Machine<TillProgram>, disk: Disk, count: number) {
    this.#world = world;
    this.#terminal = terminal;
    this.#disk = disk;
    this.#left = count;
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  /** Whether the last day was closed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Does something, mostly one thing at a time; nothing while there is nothing to do it about. */
  act(program: TillProgram, isSelling: boolean): void {
    if (this.isDone || (this.#busy === program && !this.#world.onceIn(8))) return;
    this.#busy = program;
    void this.#perform(program, isSelling).then(() => {
      if (this.#busy === program) this.#busy = undefined;
    });
  }

  /** Closes the day until it is closed: as it is where the host counts otherwise. */
  closeForGood(): void {
    const { ready } = this.#terminal;
    const again = () => this.#world.scheduler.after(CLOSE_AGAIN_MS, () => this.closeForGood());
    if (!ready) {
      again();
      return;
    }
    void this.#closeDay(ready, true).then((isClosed) => {
      this.#isClosed = isClosed;
      if (!isClosed) again();
    });
  }

  async #perform(program: TillProgram, isSelling: boolean): Promise<void> {
    const approved = await this.#approvedPayments();
    if (approved.length === 0 && isSelling) return;
    this.#left = Math.max(0, this.#left - 1);
    if (this.#world.onceIn(6) || approved.length === 0) {
      await this.#closeDay(program, this.#world.onceIn(2));
      return;
    }
    const { paymentId, payment } = this.#world.random.pick(approved);
    await this.#followUp(program, paymentId, payment);
  }

  /** The newest payments that took or held money, past all faults: as a cashier has slips. */
  async #approvedPayments() {
    const { journal } = this.#disk;
    const approved: { readonly paymentId: string; readonly payment: Payment }[] = [];
    const recent = await journal.recent(RECENT);
    for (const paymentId of recent.ok ? recent.value : []) {
      const events = await journal.read(paymentId);
      const payment = foldPayment(events.ok ? events.value : []);
      if (!payment.ok || payment.value.closed?.end !== 'approved') continue;
      approved.push({ paymentId, payment: payment.value });
    }
    return approved;
  }

  async #followUp({ desk }: TillProgram, paymentId: string, payment: Payment): Promise<void> {
    const { random } = this.#world;
    const { followUps } = desk;
    const { heldMinor, takenMinor, refundedMinor } = amountsOf(payment);
    const undone = standingFollowUps(payment).filter(
      ({ queued }) => queued.kind === 'refund' || queued.kind === 'increment',
    );
    const [name, minor] = random.pick(
      heldMinor > 0n
        ? ([
            ['increment', BigInt(1 + random.below(MOST_INCREMENT_MINOR))],
            ['complete', this.#amount(heldMinor)],
            ['complete', this.#amount(heldMinor)],
            ['voidPayment', 0n],
            ['takeBack', 0n],
            ['refund', heldMinor],
          ] as const)
        : ([
            ['refund', this.#amount(takenMinor - refundedMinor)],
            ['refund', this.#amount(takenMinor - refundedMinor)],
            ['voidPayment', 0n],
            ['takeBack', 0n],
            ['complete', takenMinor],
          ] as const),
    );
    const stan = undone.length > 0 ? random.pick(undone).queued.message.stan : 0;
    const asked =
      name === 'voidPayment'
        ? followUps.voidPayment(paymentId)
        : name === 'takeBack'
          ? followUps.takeBack(paymentId, stan)
          : followUps[name](paymentId, minor);
    const told = outcomeOf(await asked, ({ state }) => state);
    this.#world.note(`${this.#terminal.name}: ${payment.intent.saleId} ${name} ${minor} ${told}`);
  }

  /** All of it, a part of it, or once in a while too much. */
  #amount(most: bigint): bigint {
    if (this.#world.onceIn(10)) return most + 1n;
    if (most <= 0n || this.#world.onceIn(2)) return most;
    return BigInt(1 + this.#world.random.below(Number(most)));
  }

  /** Whether the day was closed. */
  async #closeDay({ desk }: TillProgram, despiteDifference: boolean): Promise<boolean> {
    let closed = await desk.closeOfDay.close();
    if (despiteDifference && closed.ok && closed.value.state === 'difference') {
      closed = await desk.closeOfDay.close('despite-a-difference');
    }
    const told = outcomeOf(closed, ({ state }) => state);
    this.#world.note(`${this.#terminal.name}: close of day ${told}`);
    return told === 'closed';
  }
}

function outcomeOf<T>(result: Result<T, string>, read: (value: T) => string): string {
  return result.ok ? read(result.value) : result.error;
}
