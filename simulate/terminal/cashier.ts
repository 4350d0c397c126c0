import type { CallInput } from '#bridge/terminal-api.ts';
import type { PaymentKind } from '#kernel/transaction/payment.ts';
import { createVolatileMemory } from '#wearable/memory.ts';
import type { SimpleProfile } from '#wearable/profile.ts';
import { createWearable } from '#wearable/wearable.ts';
import { randomBytes } from '../world/virtual-globals.ts';
import type { World } from '../world/world.ts';
import type { BackOffice } from './back-office.ts';
import type { Machine } from './machine.ts';
import type { TillProgram } from './till-program.ts';

/** A sale to be paid, or held until it is completed. */
export interface Sale extends CallInput<'startPayment'> {
  readonly kind: PaymentKind;
}

/** A customer's wearable: what it counts outlives every tap. */
export class Customer {
  readonly #profile: SimpleProfile;
  readonly #memory = createVolatileMemory();

  constructor(profile: SimpleProfile) {
    this.#profile = profile;
  }

  /** The wearable as it is held to a reader. */
  wearable(world: World) {
    const random = (length: number) => randomBytes(world.random, length);
    const wearable = createWearable(this.#profile, { memory: this.#memory, random });
    if (world.onceIn(2)) wearable.confirmUser();
    return wearable;
  }
}

const MOST_PAUSE_MS = 700;
const MOST_TRIES = 25;
const OVER = ['approved', 'declined', 'cancelled', 'reversed', 'unknown'];

/**
 * Who stands at a terminal: takes one sale after the other, presses start twice, calls payments
 * off, and begins a sale anew when it seems not to be paid. The customer taps too short or not at
 * all.
 */
export class Cashier {
  readonly #world: World;
  readonly #terminal: Machine<TillProgram>;
  readonly #customers: readonly Customer[];
  readonly #sales: Sale[];
  readonly #office: BackOffice;
  #tries = 0;
  #isStarting: TillProgram | undefined;

  constructor(
    world: World,
    terminal: Machine<TillProgram>,
    customers: readonly Customer[],
    sales: readonly Sale[],
    office: BackOffice,
  ) {
    this.#office = office;
    this.#world = world;
    this.#terminal = terminal;
    this.#customers = customers;
    this.#sales = [...sales];
  }

  get isDone(): boolean {
    return this.#sales.length === 0 && this.#office.isDone;
  }

  /** Works until nothing is left to sell and to be done about what was sold. */
  work(): void {
    if (this.isDone) return;
    const { ready } = this.#terminal;
    if (ready) this.#act(ready);
    const isSelling = this.#sales.length > 0;
    if (ready && this.#world.onceIn(isSelling ? 8 : 2)) this.#office.act(ready, isSelling);
    this.#world.scheduler.after(50 + this.#world.random.below(MOST_PAUSE_MS), () => this.work());
  }

  #act(program: TillProgram): void {
    const view = program.desk.current();
    if (!view) {
      this.#begin(program);
      return;
    }
    if (OVER.includes(view.state)) {
      program.desk.dismiss(view.paymentId);
      if (view.state === 'approved' && !this.#world.onceIn(3)) this.#next();
      return;
    }
    if (this.#world.onceIn(40)) program.desk.cancel(view.paymentId);
    if (view.state !== 'ready' || this.#world.onceIn(3)) return;
    const how = this.#world.onceIn(8) ? { removeAfterApdus: this.#world.random.below(5) } : {};
    const customer = this.#world.random.pick(this.#customers);
    program.reader.present(customer.wearable(this.#world), how);
  }

  /** Starts the sale that is due; once in a while twice at once. */
  #begin(program: TillProgram): void {
    const [sale] = this.#sales;
    if (!sale || this.#isStarting === program) return;
    if (!program.isOnline && !this.#world.onceIn(20)) return;
    this.#tries += 1;
    if (this.#tries > MOST_TRIES) {
      this.#next();
      return;
    }
    this.#isStarting = program;
    if (this.#world.onceIn(10)) void program.desk.start(sale, sale.kind);
    void program.desk.start(sale, sale.kind).then((started) => {
      if (this.#isStarting === program) this.#isStarting = undefined;
      const outcome = started.ok ? 'begun' : started.error.kind;
      this.#world.note(`${this.#terminal.name}: ${sale.saleId} ${outcome}`);
      if (!started.ok && started.error.kind === 'already-paid') this.#next();
    });
  }

  #next(): void {
    this.#sales.shift();
    this.#tries = 0;
  }
}
