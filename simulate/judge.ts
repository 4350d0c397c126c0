import { verifyAudit } from '#cloud/audit/audit-log.ts';
import { verifyLedger } from '#cloud/ledger/ledger.ts';
import { replayStored } from '#cloud/scoring/decision-store.ts';
import {
  readLedger,
  readTransactions,
  type TransactionRecord,
  type TransferRecord,
} from '#cloud/store/records.ts';
import type { Payment, PaymentEvent } from '#kernel/transaction/payment.ts';
import { foldPayment } from '#kernel/transaction/payment-state.ts';
import type { DatabaseServer } from './host/database-server.ts';
import type { SimulatedTerminal } from './terminal/simulated-terminal.ts';
import type { World } from './world/world.ts';

/** What a run left, and what of it must not be. */
export interface Verdict {
  /** A sentence each; empty when everything holds. */
  readonly violations: readonly string[];
  /** Payments that were begun, by their end. */
  readonly ends: ReadonlyMap<string, number>;
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

/** Holds what the terminals, the host and the ledger say after a run against each other. */
export async function judge(
  world: World,
  { db }: DatabaseServer,
  terminals: readonly SimulatedTerminal[],
): Promise<Verdict> {
  const violations: string[] = [];
  const say: Say = (violation) => {
    violations.push(violation);
    world.note(`violation: ${violation}`);
  };
  const journalled: Journalled[] = [];
  for (const terminal of terminals) journalled.push(...(await readJournal(terminal, say)));
  const transactions = await readTransactions(db);
  const booked = netOf(await readLedger(db));
  judgeHost(transactions, booked, say);
  judgePayments(journalled, transactions, say);
  judgeSales(journalled, say);
  const ledger = await verifyLedger(db);
  for (const account of ledger.misstated) say(`the kept balance of ${account} is not its ledger's`);
  for (const account of ledger.overdrawn) say(`${account} owes money`);
  const audit = await verifyAudit(db);
  for (const { shard, why } of audit.broken) say(`the audit log of ${shard} is broken: ${why}`);
  const replay = await replayStored(db);
  for (const { stan, fault } of replay.faults)
    say(`decision ${stan} is another now: ${fault.kind}`);
  const ends = Map.groupBy(journalled, ({ payment }) => payment.closed?.end ?? 'open');
  return {
    violations,
    ends: new Map([...ends].map(([end, payments]) => [end, payments.length])),
    decided: transactions.length,
  };
}

async function readJournal(
  { disk, terminalId }: SimulatedTerminal,
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

/** What the merchant got for each transaction, by the ledger. */
function netOf(transfers: readonly TransferRecord[]): ReadonlyMap<string, bigint> {
  const net = new Map<string, bigint>();
  for (const { terminalId, entryId, debitAccount, creditAccount, amountMinor } of transfers) {
    const [stan, transmittedAt] = entryId.split('-').slice(-2);
    const name = `${terminalId} ${stan} ${transmittedAt}`;
    const credit = creditAccount.startsWith('merchant:') ? amountMinor : 0n;
    const debit = debitAccount.startsWith('merchant:') ? amountMinor : 0n;
    if (credit !== debit) net.set(name, (net.get(name) ?? 0n) + credit - debit);
  }
  return net;
}

/** The host agrees with its ledger, and nothing there is unknown or held. */
function judgeHost(
  transactions: readonly TransactionRecord[],
  booked: ReadonlyMap<string, bigint>,
  say: Say,
): void {
  const names = new Set(transactions.map(nameOf));
  for (const record of transactions) {
    const name = nameOf(record);
    if (['unknown', 'reversal-due', 'authorised'].includes(record.state)) {
      say(`${name} is still ${record.state} at the host`);
    }
    const inLedger = booked.get(name) ?? 0n;
    if (inLedger !== record.captured_minor) {
      say(`${name} captured ${record.captured_minor} and booked ${inLedger}`);
    }
  }
  for (const [name, amountMinor] of booked) {
    if (amountMinor !== 0n && !names.has(name)) say(`${name} is booked and not known to the host`);
  }
}

/** Terminal and host agree: money was taken for all that is approved, and for nothing else. */
function judgePayments(
  journalled: readonly Journalled[],
  transactions: readonly TransactionRecord[],
  say: Say,
): void {
  const captured = new Map(transactions.map((each) => [nameOf(each), each.captured_minor]));
  const paidFor = new Set<string>();
  for (const { paymentId, payment, requests } of journalled) {
    const { intent, closed } = payment;
    if (!closed) say(`payment ${paymentId} is still open at the terminal`);
    const isApproved = closed?.end === 'approved';
    const takenMinor = requests.reduce((sum, name) => sum + (captured.get(name) ?? 0n), 0n);
    const owedMinor = isApproved ? intent.amountMinor : 0n;
    if (takenMinor !== owedMinor) {
      say(`payment ${paymentId}, ${closed?.end ?? 'open'}: took ${takenMinor}, not ${owedMinor}`);
    }
    for (const name of requests) paidFor.add(name);
  }
  for (const [name, amountMinor] of captured) {
    if (amountMinor > 0n && !paidFor.has(name)) say(`${name} took ${amountMinor} for no payment`);
  }
}

/** A sale is paid once. */
function judgeSales(journalled: readonly Journalled[], say: Say): void {
  const approved = journalled.filter(({ payment }) => payment.closed?.end === 'approved');
  for (const [saleId, payments] of Map.groupBy(approved, ({ payment }) => payment.intent.saleId)) {
    if (payments.length > 1) say(`sale ${saleId} was paid ${payments.length} times`);
  }
}
