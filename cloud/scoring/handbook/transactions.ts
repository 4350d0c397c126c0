/** Transactions in order of time, one entry of each column per transaction. */
export interface Transactions {
  /** Seconds since 1970-01-01 00:00:00 on the clock of the shop; never falling. */
  readonly seconds: Float64Array;
  /** 0 to `customerCount` - 1. */
  readonly customer: Uint32Array;
  /** 0 to `terminalCount` - 1. */
  readonly terminal: Uint32Array;
  /** In major units of the currency. */
  readonly amount: Float64Array;
  /** 1 where fraud was established, at whatever time. */
  readonly fraud: Uint8Array;
  readonly customerCount: number;
  readonly terminalCount: number;
}

/** Seconds of a day. */
export const DAY_S = 86_400;

/** The day of a time: days since 1970-01-01. */
export function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY_S);
}

/** The first transaction at or after a time; as many as there are if none is. */
export function firstAtOrAfter(transactions: Transactions, seconds: number): number {
  let [low, high] = [0, transactions.seconds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((transactions.seconds[middle] ?? 0) < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows of a permutation, in the order given. */
export function reorder(transactions: Transactions, order: Uint32Array): Transactions {
  return {
    ...transactions,
    seconds: gather(transactions.seconds, order, new Float64Array(order.length)),
    customer: gather(transactions.customer, order, new Uint32Array(order.length)),
    terminal: gather(transactions.terminal, order, new Uint32Array(order.length)),
    amount: gather(transactions.amount, order, new Float64Array(order.length)),
    fraud: gather(transactions.fraud, order, new Uint8Array(order.length)),
  };
}

/** The order that sorts by time; rows of the same second stay as they are. */
export function orderOfTime(seconds: Float64Array): Uint32Array {
  const order = Uint32Array.from(seconds, (_, i) => i);
  return order.sort((a, b) => (seconds[a] ?? 0) - (seconds[b] ?? 0) || a - b);
}

type Column = Float64Array | Uint32Array | Uint8Array;

function gather<T extends Column>(from: Column, order: Uint32Array, into: T): T {
  for (let i = 0; i < order.length; i++) into[i] = from[order[i] ?? 0] ?? 0;
  return into;
}
