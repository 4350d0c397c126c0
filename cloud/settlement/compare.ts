import type { Totals } from '#kernel/transaction/follow-up-messages.ts';

/** What names a batch; its number is from 1 for each terminal and currency. */
export interface BatchName {
  readonly terminalId: string;
  readonly currency: string;
  readonly batchNumber: number;
}

/** A transaction as the terminal or the host has it. */
export interface ComparedTransaction {
  /** DE 11 and DE 7 of the message that took or gave back. */
  readonly stan: string;
  readonly transmittedAt: string;
  readonly direction: 'debit' | 'credit';
  readonly amountMinor: bigint;
}

/** A batch as one side counted it; the transactions where that side keeps them. */
export interface CountedBatch extends BatchName {
  readonly totals: Totals;
  readonly transactions?: readonly ComparedTransaction[];
}

/** A batch at the host, which owes what it comes to unless a payout says otherwise. */
export interface HostBatch extends CountedBatch {
  /** What was paid out for it: after fees, and after what was withheld. */
  readonly payoutMinor?: bigint;
  /** The last day on which the bank may book it, YYYY-MM-DD. */
  readonly dueOn?: string;
  /** A line of an earlier file paid it. */
  readonly isPaid?: boolean;
}

/** A line of the bank's file: what it paid for a batch, or took where it is below zero. */
export interface BankLine extends BatchName {
  readonly netMinor: bigint;
  /** Where in the file it stands, from 1. */
  readonly line: number;
  /** The day on which the bank booked it, YYYY-MM-DD, where the file says so. */
  readonly bookedOn?: string;
  /** The bank's own name for it. */
  readonly bankReference?: string;
}

/** What does not agree, and how much money it is about: what one side has over the other. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly batch: BatchName;
  /** STAN and DE 7 of the one transaction, or the line of the file, that it is about. */
  readonly where?: string;
  readonly differenceMinor: bigint;
}

/** The kinds of difference there are. */
export type DifferenceKind =
  /** The terminal's count of a batch is not the host's: numbers or sums. */
  | 'totals-differ'
  /** The host has a batch that the terminal has not, or the other way round. */
  | 'batch-only-at-host'
  | 'batch-only-at-terminal'
  | 'only-at-host'
  | 'only-at-terminal'
  | 'amount-differs'
  | 'direction-differs'
  /** One of the two has it twice. */
  | 'twice-at-terminal'
  | 'twice-at-host'
  /** A side's transactions do not come to its own totals. */
  | 'terminal-miscounted'
  | 'host-miscounted'
  | 'not-paid'
  | 'paid-twice'
  | 'paid-unknown'
  | 'paid-amount-differs'
  /** Booked after the day it was due on. */
  | 'paid-late';

/** The three that must agree. */
export interface Compared {
  readonly terminal: readonly CountedBatch[];
  readonly host: readonly HostBatch[];
  readonly bank: readonly BankLine[];
  /** The day that is compared on, YYYY-MM-DD: what is due later may be missing. */
  readonly on?: string;
}

/** Everything in which terminal, host and bank do not agree. It depends on nothing else. */
export function compare({ terminal, host, bank, on }: Compared): readonly Difference[] {
  const terminals = new Map(terminal.map((batch) => [nameOf(batch), batch]));
  const hosts = new Map(host.map((batch) => [nameOf(batch), batch]));
  return [
    ...terminal.flatMap((batch) => miscounted(batch, 'terminal')),
    ...host.flatMap((batch) => miscounted(batch, 'host')),
    ...[...hosts].flatMap(([name, ours]) => {
      const theirs = terminals.get(name);
      if (!theirs) return [difference('batch-only-at-host', ours, netOf(ours.totals))];
      return [...compareTotals(theirs, ours), ...compareTransactions(theirs, ours)];
    }),
    ...[...terminals]
      .filter(([name]) => !hosts.has(name))
      .map(([, theirs]) => difference('batch-only-at-terminal', theirs, netOf(theirs.totals))),
    ...compareBank(hosts, bank, on),
  ];
}

/** What is owed for a batch. */
export function netOf({ debitsMinor, creditsMinor }: Totals): bigint {
  return debitsMinor - creditsMinor;
}

/** A batch's name in one word, to look it up by. */
export function nameOf({ terminalId, currency, batchNumber }: BatchName): string {
  return `${terminalId} ${currency} ${batchNumber}`;
}

function difference(
  kind: DifferenceKind,
  { terminalId, currency, batchNumber }: BatchName,
  differenceMinor: bigint,
  where?: string,
): Difference {
  const batch = { terminalId, currency, batchNumber };
  return { kind, batch, differenceMinor, ...(where !== undefined && { where }) };
}

function compareTotals(theirs: CountedBatch, ours: CountedBatch): readonly Difference[] {
  if (isEqual(theirs.totals, ours.totals)) return [];
  return [difference('totals-differ', ours, netOf(theirs.totals) - netOf(ours.totals))];
}

function isEqual(one: Totals, other: Totals): boolean {
  return (
    one.credits === other.credits &&
    one.debits === other.debits &&
    one.creditsMinor === other.creditsMinor &&
    one.debitsMinor === other.debitsMinor
  );
}

/** Whether a side's transactions come to what it says they do. */
function miscounted(batch: CountedBatch, side: 'terminal' | 'host'): readonly Difference[] {
  const { transactions, totals } = batch;
  if (!transactions) return [];
  const counted = countTotals(transactions);
  if (isEqual(counted, totals)) return [];
  return [difference(`${side}-miscounted`, batch, netOf(totals) - netOf(counted))];
}

/** What transactions come to. */
export function countTotals(transactions: readonly ComparedTransaction[]): Totals {
  const of = (wanted: ComparedTransaction['direction']) => {
    const some = transactions.filter(({ direction }) => direction === wanted);
    return { count: some.length, sum: some.reduce((sum, each) => sum + each.amountMinor, 0n) };
  };
  const [debits, credits] = [of('debit'), of('credit')];
  return {
    credits: credits.count,
    creditsMinor: credits.sum,
    debits: debits.count,
    debitsMinor: debits.sum,
  };
}

/** Only where both sides keep their transactions. */
function compareTransactions(theirs: CountedBatch, ours: CountedBatch): readonly Difference[] {
  if (!theirs.transactions || !ours.transactions) return [];
  const named = (all: readonly ComparedTransaction[]) =>
    Map.groupBy(all, ({ stan, transmittedAt }) => `${stan} ${transmittedAt}`);
  const [atTerminal, atHost] = [named(theirs.transactions), named(ours.transactions)];
  const names = new Set([...atTerminal.keys(), ...atHost.keys()]);
  return [...names].flatMap((where) => {
    const [one, ...more] = atTerminal.get(where) ?? [];
    const [other, ...others] = atHost.get(where) ?? [];
    const found = (kind: DifferenceKind, amountMinor: bigint) =>
      difference(kind, ours, amountMinor, where);
    return [
      ...more.map((each) => found('twice-at-terminal', signed(each))),
      ...others.map((each) => found('twice-at-host', signed(each))),
      ...comparePair(one, other).map(([kind, amountMinor]) => found(kind, amountMinor)),
    ];
  });
}

function comparePair(
  theirs: ComparedTransaction | undefined,
  ours: ComparedTransaction | undefined,
): readonly (readonly [DifferenceKind, bigint])[] {
  if (!theirs) return ours ? [['only-at-host', signed(ours)]] : [];
  if (!ours) return [['only-at-terminal', signed(theirs)]];
  const over = signed(theirs) - signed(ours);
  if (theirs.direction !== ours.direction) return [['direction-differs', over]];
  return over === 0n ? [] : [['amount-differs', over]];
}

function signed({ direction, amountMinor }: ComparedTransaction): bigint {
  return direction === 'debit' ? amountMinor : -amountMinor;
}

function compareBank(
  hosts: ReadonlyMap<string, HostBatch>,
  bank: readonly BankLine[],
  on: string | undefined,
): readonly Difference[] {
  const lines = Map.groupBy(bank, nameOf);
  const owed = [...hosts].flatMap(([name, batch]) => {
    const all = lines.get(name) ?? [];
    const more = batch.isPaid ? all : all.slice(1);
    return [
      ...(batch.isPaid ? [] : comparePayment(batch, all[0], on)),
      ...more.map((each) => difference('paid-twice', batch, each.netMinor, `${each.line}`)),
    ];
  });
  const unknown = bank
    .filter((each) => !hosts.has(nameOf(each)))
    .map((each) => difference('paid-unknown', each, each.netMinor, `${each.line}`));
  return [...owed, ...unknown];
}

/** What is nothing needs no line, and what is not due yet may have none. */
function comparePayment(
  batch: HostBatch,
  line: BankLine | undefined,
  on: string | undefined,
): readonly Difference[] {
  const { dueOn } = batch;
  const wanted = owedMinor(batch);
  if (!line) {
    const isDue = on === undefined || dueOn === undefined || on > dueOn;
    return wanted !== 0n && isDue ? [difference('not-paid', batch, -wanted)] : [];
  }
  const { netMinor, bookedOn } = line;
  const found = (kind: DifferenceKind, amountMinor: bigint) =>
    difference(kind, batch, amountMinor, `${line.line}`);
  return [
    ...(netMinor === wanted ? [] : [found('paid-amount-differs', netMinor - wanted)]),
    ...(bookedOn !== undefined && dueOn !== undefined && bookedOn > dueOn
      ? [found('paid-late', netMinor)]
      : []),
  ];
}

/** What the bank is to pay for a batch, or to take where it is below zero. */
export function owedMinor({ payoutMinor, totals }: HostBatch): bigint {
  return payoutMinor ?? netOf(totals);
}
