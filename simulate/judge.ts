import { verifyAudit } from '#cloud/audit/audit-log.ts';
import { verifyLedger } from '#cloud/ledger/ledger.ts';
import { replayStored } from '#cloud/scoring/decision-store.ts';
import type { Queries } from '#cloud/store/database.ts';
import {
  readLedger,
  readTransactions,
  type TransactionRecord,
  type TransferRecord,
} from '#cloud/store/records.ts';
import { amountsOf } from '#kernel/transaction/payment-follow-ups.ts';
import { isApproval } from '#kernel/transaction/response-codes.ts';
import type { DatabaseServer } from './host/database-server.ts';
import {
  type Journalled,
  judgeDays,
  judgeFollowUps,
  type NamedDisk,
  readTill,
} from './judge-till.ts';
import { judgeBook, type NamedBook, nameOfEntry } from './messages/judge-book.ts';
import type { World } from './world/world.ts';

/** What there was in a run. */
export interface Verdict {
  /** Payments that were begun, by their end. */
  readonly ends: ReadonlyMap<string, number>;
  /** Messages of terminals that work with single ones, by what they ask for. */
  readonly asked: ReadonlyMap<string, number>;
  /** What was done at tills about payments that were over, and days that they closed. */
  readonly followedUp: ReadonlyMap<string, number>;
  /** Messages about money that the host decided on. */
  readonly decided: number;
}

type Say = (violation: string) => void;

/** Who was there besides the host. */
export interface Terminals {
  readonly tills: readonly NamedDisk[];
  readonly books: readonly NamedBook[];
}

/** Holds what the terminals, the host and the ledger say after a run against each other. */
export async function judge(
  world: World,
  { db }: DatabaseServer,
  { tills, books }: Terminals,
): Promise<Verdict> {
  const say: Say = (violation) => world.object(violation);
  const journalled: Journalled[] = [];
  for (const till of tills) journalled.push(...(await readTill(till, say)));
  const transactions = await readTransactions(db);
  const records = new Map(transactions.map((record) => [nameOf(record), record]));
  judgeHost(transactions, await readLedger(db), say);
  judgePayments(journalled, records, say);
  judgeSales(journalled, say);
  judgeFollowUps(journalled, tills, records, say);
  let days = 0;
  for (const till of tills) days += await judgeDays(db, till, say);
  for (const book of books) await judgeBook(db, book, records, say);
  const begun = new Set([...journalled.flatMap(({ requests }) => requests), ...namesIn(books)]);
  for (const [name, { captured_minor: captured }] of records) {
    if (captured > 0n && !begun.has(name)) say(`${name} took ${captured} for no payment`);
  }
  await judgeRecords(db, say);
  const ends = Map.groupBy(journalled, ({ payment }) => payment.closed?.end ?? 'open');
  return {
    ends: new Map([...ends].map(([end, payments]) => [end, payments.length])),
    asked: countAsked(books),
    followedUp: new Map([...countFollowUps(journalled), ['day', days]]),
    decided: transactions.length,
  };
}

/** The ledger, the audit log and the decisions agree with themselves. */
async function judgeRecords(db: Queries, say: Say): Promise<void> {
  const ledger = await verifyLedger(db);
  for (const account of ledger.misstated) say(`the kept balance of ${account} is not its ledger's`);
  for (const account of ledger.overdrawn) say(`${account} owes money`);
  const audit = await verifyAudit(db);
  for (const { shard, why } of audit.broken) say(`the audit log of ${shard} is broken: ${why}`);
  const { faults } = await replayStored(db);
  for (const { stan, fault } of faults) say(`decision ${stan} is another now: ${fault.kind}`);
}

function namesIn(books: readonly NamedBook[]): readonly string[] {
  return books.flatMap(({ terminalId, book }) =>
    book.entries.map((entry) => nameOfEntry(terminalId, entry)),
  );
}

function countAsked(books: readonly NamedBook[]): ReadonlyMap<string, number> {
  const kinds = Map.groupBy(
    books.flatMap(({ book }) => book.entries),
    ({ kind }) => kind,
  );
  return new Map([...kinds].map(([kind, entries]) => [kind, entries.length]));
}

function countFollowUps(journalled: readonly Journalled[]): ReadonlyMap<string, number> {
  const done = journalled.flatMap(({ payment }) =>
    (payment.followUps ?? []).filter(({ responseCode = '' }) => isApproval(responseCode)),
  );
  const kinds = Map.groupBy(done, ({ queued }) => queued.kind);
  return new Map([...kinds].map(([kind, each]) => [kind, each.length]));
}

function nameOf(record: TransactionRecord): string {
  return `${record.terminal_id} ${record.stan} ${record.transmitted_at}`;
}

/** What a merchant got, or was held, for each transaction by the ledger. */
function netOf(
  transfers: readonly TransferRecord[],
  holder: 'merchant' | 'held',
): ReadonlyMap<string, bigint> {
  const net = new Map<string, bigint>();
  for (const { terminalId, entryId, debitAccount, creditAccount, amountMinor } of transfers) {
    // What follows is the name of a dispute.
    const [, stan, transmittedAt] = /-(\d{6})-(\d{10})(?:-|$)/.exec(entryId) ?? [];
    const name = `${terminalId} ${stan} ${transmittedAt}`;
    const credit = creditAccount.startsWith(`${holder}:`) ? amountMinor : 0n;
    const debit = debitAccount.startsWith(`${holder}:`) ? amountMinor : 0n;
    if (credit !== debit) net.set(name, (net.get(name) ?? 0n) + credit - debit);
  }
  return net;
}

/** The host agrees with its ledger, and nothing there is unknown or held. */
function judgeHost(
  transactions: readonly TransactionRecord[],
  transfers: readonly TransferRecord[],
  say: Say,
): void {
  const names = new Set(transactions.map(nameOf));
  const merchant = netOf(transfers, 'merchant');
  const held = netOf(transfers, 'held');
  const families = Map.groupBy(transactions, paymentOf);
  for (const [name, family] of families) {
    const sum = (net: ReadonlyMap<string, bigint>, of: (row: TransactionRecord) => bigint) =>
      family.reduce((all, row) => all + (net.get(nameOf(row)) ?? 0n) - of(row), 0n);
    for (const { state } of family) {
      const isOpen = ['unknown', 'reversal-due', 'authorised'].includes(state);
      if (isOpen) say(`${name} is still ${state} at the host`);
    }
    const left = sum(merchant, (row) => leftMinor(row));
    if (left !== 0n) say(`${name}: the ledger has ${left} more than the payment`);
    const stillHeld = sum(held, () => 0n);
    if (stillHeld !== 0n) say(`${name}: the ledger still holds ${stillHeld}`);
  }
  for (const [name, amountMinor] of [...merchant, ...held]) {
    if (amountMinor !== 0n && !names.has(name)) say(`${name} is booked and not known to the host`);
  }
}

/** The payment that a transaction is, or is about. */
function paymentOf(record: TransactionRecord): string {
  const { original_stan: stan, original_transmitted_at: transmittedAt } = record;
  return stan === null ? nameOf(record) : `${record.terminal_id} ${stan} ${transmittedAt}`;
}

function leftMinor(record: TransactionRecord): bigint {
  return record.captured_minor - record.refunded_minor - record.charged_back_minor;
}

/**
 * Terminal and host agree: money was taken and given back for what is approved as the terminal
 * has it, and for nothing else.
 */
function judgePayments(
  journalled: readonly Journalled[],
  records: ReadonlyMap<string, TransactionRecord>,
  say: Say,
): void {
  for (const { paymentId, payment, requests } of journalled) {
    const { closed } = payment;
    if (!closed) say(`payment ${paymentId} is still open at the terminal`);
    const isApproved = closed?.end === 'approved';
    // What a cardholder got back by a dispute was taken, unless the terminal knows of no payment.
    const takenMinor = requests.reduce((sum, name) => {
      const record = records.get(name);
      if (!record) return sum;
      return sum + (isApproved ? record.captured_minor : leftMinor(record));
    }, 0n);
    const { takenMinor: owedMinor, refundedMinor } = amountsOf(payment, true);
    if (takenMinor !== owedMinor) {
      say(`payment ${paymentId}, ${closed?.end ?? 'open'}: took ${takenMinor}, not ${owedMinor}`);
    }
    const givenMinor = requests.reduce(
      (sum, name) => sum + (records.get(name)?.refunded_minor ?? 0n),
      0n,
    );
    if (isApproved && givenMinor !== refundedMinor) {
      say(`payment ${paymentId} gave ${refundedMinor} back, and at the host ${givenMinor}`);
    }
  }
}

/** A sale is paid once. */
function judgeSales(journalled: readonly Journalled[], say: Say): void {
  const approved = journalled.filter(({ payment }) => payment.closed?.end === 'approved');
  for (const [saleId, payments] of Map.groupBy(approved, ({ payment }) => payment.intent.saleId)) {
    if (payments.length > 1) say(`sale ${saleId} was paid ${payments.length} times`);
  }
}
