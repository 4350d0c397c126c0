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
import type { Payment, PaymentEvent } from '#kernel/transaction/payment.ts';
import { foldPayment } from '#kernel/transaction/payment-state.ts';
import type { DatabaseServer } from './host/database-server.ts';
import { judgeBook, type NamedBook, nameOfEntry } from './messages/judge-book.ts';
import type { Disk } from './terminal/stepwise-journal.ts';
import type { World } from './world/world.ts';

/** What there was in a run. */
export interface Verdict {
  /** Payments that were begun, by their end. */
  readonly ends: ReadonlyMap<string, number>;
  /** Messages of terminals that work with single ones, by what they ask for. */
  readonly asked: ReadonlyMap<string, number>;
  /** Messages about money that the host decided on. */
  readonly decided: number;
}

/** A payment as its terminal has it, with the requests that were sent for it. */
interface Journalled {
  readonly paymentId: string;
  readonly payment: Payment;
  /** Names of its authorisations at the host, oldest first. */
  readonly requests: readonly string[];
}

type Say = (violation: string) => void;

/** A till: its name and what its disk has. */
export interface NamedDisk {
  readonly terminalId: string;
  readonly disk: Disk;
}

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
  for (const till of tills) journalled.push(...(await readJournal(till, say)));
  const transactions = await readTransactions(db);
  const records = new Map(transactions.map((record) => [nameOf(record), record]));
  judgeHost(transactions, await readLedger(db), say);
  judgePayments(journalled, records, say);
  judgeSales(journalled, say);
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

async function readJournal(
  { disk, terminalId }: NamedDisk,
  say: Say,
): Promise<readonly Journalled[]> {
  const all = await disk.journal.recent(Number.MAX_SAFE_INTEGER);
  const journalled: Journalled[] = [];
  for (const paymentId of all.ok ? all.value : []) {
    const events = await disk.journal.read(paymentId);
    const payment = foldPayment(events.ok ? events.value : []);
    if (!payment.ok) {
      say(`the journal of ${paymentId} makes no sense: ${payment.error.path}`);
      continue;
    }
    const requests = (events.ok ? events.value : []).flatMap((event) =>
      requestOf(terminalId, event),
    );
    journalled.push({ paymentId, payment: payment.value, requests });
  }
  return journalled;
}

function requestOf(terminalId: string, event: PaymentEvent): readonly string[] {
  if (event.type !== 'authorisation-sent') return [];
  const { stan, transmittedAt } = event.original;
  return [`${terminalId} ${`${stan}`.padStart(6, '0')} ${transmittedAt}`];
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

/** Terminal and host agree: money was taken for all that is approved, and for nothing else. */
function judgePayments(
  journalled: readonly Journalled[],
  records: ReadonlyMap<string, TransactionRecord>,
  say: Say,
): void {
  for (const { paymentId, payment, requests } of journalled) {
    const { intent, closed } = payment;
    if (!closed) say(`payment ${paymentId} is still open at the terminal`);
    const isApproved = closed?.end === 'approved';
    // What a cardholder got back by a dispute was taken, unless the terminal knows of no payment.
    const takenMinor = requests.reduce((sum, name) => {
      const record = records.get(name);
      if (!record) return sum;
      return sum + (isApproved ? record.captured_minor : leftMinor(record));
    }, 0n);
    const owedMinor = isApproved ? intent.amountMinor : 0n;
    if (takenMinor !== owedMinor) {
      say(`payment ${paymentId}, ${closed?.end ?? 'open'}: took ${takenMinor}, not ${owedMinor}`);
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
