import { NumpyRandomState } from '../random/numpy-random-state.ts';
import { PythonRandom } from '../random/python-random.ts';
import { addFrauds } from './simulated-frauds.ts';
import { DAY_S, orderOfTime, reorder, type Transactions } from './transactions.ts';

/** How large the simulated world is. */
export interface SimulatedWorld {
  readonly customers: number;
  readonly terminals: number;
  readonly days: number;
  /** A customer uses the terminals nearer than this, in a square of 100 by 100. */
  readonly radius: number;
}

/** What the simulator made: transactions, and how many frauds each scenario added, 1 to 3. */
export interface Simulation {
  readonly transactions: Transactions;
  readonly fraudsAdded: readonly [number, number, number];
}

/** The handbook's data set: 1,754,155 transactions, 14,681 of them frauds. */
export const HANDBOOK_WORLD: SimulatedWorld = {
  customers: 5_000,
  terminals: 10_000,
  days: 183,
  radius: 5,
};

/** The first day, a Sunday. */
export const FIRST_DAY_S = Date.UTC(2018, 3, 1) / 1000;

/**
 * The transactions of the Fraud Detection Handbook (Le Borgne, Siblini, Lebichot, Bontempi, chapter
 * 3, "Transaction data simulator"), the same rows as its Python makes. Of transactions in the same
 * second the customer with the lower number comes first.
 */
export function simulate(world: SimulatedWorld = HANDBOOK_WORLD): Simulation {
  const drawn = drawTransactions(world);
  const transactions = reorder(drawn, orderOfTime(drawn.seconds));
  return { transactions, fraudsAdded: addFrauds(transactions, FIRST_DAY_S, world.days) };
}

interface Customer {
  readonly x: number;
  readonly y: number;
  readonly meanAmount: number;
  readonly perDay: number;
}

interface Terminal {
  readonly x: number;
  readonly y: number;
}

type Draw = (seconds: number, customer: number, terminal: number, amount: number) => void;

function drawTransactions(world: SimulatedWorld): Transactions {
  const seconds: number[] = [];
  const customer: number[] = [];
  const terminal: number[] = [];
  const amount: number[] = [];
  const terminals = drawTerminals(world.terminals);
  for (const [id, profile] of drawCustomers(world.customers).entries()) {
    const near = terminalsNear(profile, terminals, world.radius);
    drawCustomerTransactions(id, profile, near, world.days, (at, who, where, much) => {
      seconds.push(FIRST_DAY_S + at);
      customer.push(who);
      terminal.push(where);
      amount.push(much);
    });
  }
  return {
    seconds: Float64Array.from(seconds),
    customer: Uint32Array.from(customer),
    terminal: Uint32Array.from(terminal),
    amount: Float64Array.from(amount),
    fraud: new Uint8Array(seconds.length),
    customerCount: world.customers,
    terminalCount: world.terminals,
  };
}

function drawCustomers(count: number): readonly Customer[] {
  const state = new NumpyRandomState(0);
  return Array.from({ length: count }, () => ({
    x: state.uniform(0, 100),
    y: state.uniform(0, 100),
    meanAmount: state.uniform(5, 100),
    perDay: state.uniform(0, 4),
  }));
}

function drawTerminals(count: number): readonly Terminal[] {
  const state = new NumpyRandomState(1);
  return Array.from({ length: count }, () => ({
    x: state.uniform(0, 100),
    y: state.uniform(0, 100),
  }));
}

function terminalsNear(
  { x, y }: Customer,
  terminals: readonly Terminal[],
  radius: number,
): readonly number[] {
  return terminals.flatMap((terminal, id) =>
    Math.sqrt((x - terminal.x) ** 2 + (y - terminal.y) ** 2) < radius ? [id] : [],
  );
}

function drawCustomerTransactions(
  id: number,
  { meanAmount, perDay }: Customer,
  near: readonly number[],
  days: number,
  draw: Draw,
): void {
  const numbers = new NumpyRandomState(id);
  const choices = new PythonRandom(id);
  for (let day = 0; day < days; day++) {
    const count = numbers.poisson(perDay);
    for (let i = 0; i < count; i++) {
      const time = Math.trunc(numbers.normal(DAY_S / 2, 20_000));
      if (time <= 0 || time >= DAY_S) continue;
      let amount = numbers.normal(meanAmount, meanAmount / 2);
      if (amount < 0) amount = numbers.uniform(0, meanAmount * 2);
      const terminal = near[near.length > 0 ? choices.below(near.length) : 0];
      if (terminal === undefined) continue;
      draw(day * DAY_S + time, id, terminal, roundToEven(amount * 100) / 100);
    }
  }
}

/** numpy rounds halves to the even neighbour. */
function roundToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
