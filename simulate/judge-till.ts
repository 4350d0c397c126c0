import type { Queries } from '#cloud/store/database.ts';
import type { TransactionRecord } from '#cloud/store/records.ts';
import type { Journal } from '#kernel/ports/journal.ts';
import { sameTotals, type Totals, totalsFields } from '#kernel/transaction/follow-up-messages.ts';
import type { Payment, PaymentEvent } from '#kernel/transaction/payment.ts';
import { amountsOf, followUpDue } from '#kernel/transaction/payment-follow-ups.ts';
import { foldPayment } from '#kernel/transaction/payment-state.ts';
import { hasClosedBatch, type Reconciliation } from '#kernel/transaction/reconciliation.ts';
import { isApproval } from '#kernel/transaction/response-codes.ts';
import { readReconciliations } from '#terminal/runner/reconciler.ts';
import type { DatabaseServer } from './host/database-server.ts';
import type { Disk } from './terminal/stepwise-journal.ts';
import type { World } from './world/world.ts';

/** A payment as its terminal has it, with the requests that were sent for it. */
export interface Journalled {
  readonly terminalId: string;
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

/** All payments of a till, newest first. */
export async function readTill(
  { disk, terminalId }: NamedDisk,
  say: Say,
): Promise<readonly Journalled[]> {
  const all = await disk.journal.recent(Number.MAX_SAFE_INTEGER);
  const journalled: Journalled[] = [];
  for (const paymentId of all.ok ? all.value : []) {
    const read = await disk.journal.read(paymentId);
    const events = read.ok ? read.value : [];
    const payment = foldPayment(events);
    if (!payment.ok) {
      say(`the journal of ${paymentId} makes no sense: ${payment.error.path}`);
      continue;
    }
    const requests = events.flatMap((event) => requestOf(terminalId, event));
    journalled.push({ terminalId, paymentId, payment: payment.value, requests });
  }
  return journalled;
}

function requestOf(terminalId: string, event: PaymentEvent): readonly string[] {
  return event.type === 'authorisation-sent' ? [nameAt(terminalId, event.original)] : [];
}

function nameAt(
  terminalId: string,
  { stan, transmittedAt }: { readonly stan: number; readonly transmittedAt: string },
): string {
  return `${terminalId} ${`${stan}`.padStart(6, '0')} ${transmittedAt}`;
}

/**
 * Of everything that was done about payments the host knows what the till does: each once, with
 * the end that the till has of it, and nothing that no till asked for. `records` by their names.
 */
export function judgeFollowUps(
  journalled: readonly Journalled[],
  tills: readonly NamedDisk[],
  records: ReadonlyMap<string, TransactionRecord>,
  say: Say,
): void {
  const names = new Set<string>();
  for (const { terminalId, paymentId, payment } of journalled) {
    const due = followUpDue(payment);
    if (due) say(`payment ${paymentId}: the host has still to be told of a ${due.queued.kind}`);
    for (const { queued, responseCode } of payment.followUps ?? []) {
      const name = nameAt(terminalId, queued.message);
      names.add(name);
      if (queued.kind === 'reversal' || responseCode === undefined) continue;
      const state = records.get(name)?.state;
      const isDone = state !== undefined && ['done', 'reversed', 'voided'].includes(state);
      if (isDone === isApproval(responseCode)) continue;
      say(`${queued.kind} ${name} was answered ${responseCode} and is ${state} at the host`);
    }
  }
  const terminals = new Set(tills.map(({ terminalId }) => terminalId));
  for (const [name, { terminal_id: terminalId, kind, state, original_stan }] of records) {
    if (!terminals.has(terminalId) || original_stan === null || names.has(name)) continue;
    if (state === 'done') say(`${kind} ${name} was done and no till asked for it`);
  }
}

/** What a till holds is held at the host; to be asked before holds run out. */
export async function judgeHolds(
  world: World,
  { db }: DatabaseServer,
  tills: readonly NamedDisk[],
): Promise<void> {
  const rows = await db
    .selectFrom('transactions')
    .select(['terminal_id', 'stan', 'transmitted_at', 'authorised_minor'])
    .where('state', '=', 'authorised')
    .execute();
  const held = new Map(
    rows.map((row) => [
      `${row.terminal_id} ${row.stan} ${row.transmitted_at}`,
      row.authorised_minor ?? 0n,
    ]),
  );
  for (const till of tills) {
    for (const { paymentId, payment, requests } of await readTill(till, () => undefined)) {
      const { heldMinor } = amountsOf(payment, true);
      const atHost = requests.reduce((sum, name) => sum + (held.get(name) ?? 0n), 0n);
      if (atHost !== heldMinor) {
        world.object(`payment ${paymentId} holds ${heldMinor} and at the host ${atHost}`);
      }
    }
  }
}

/**
 * The days that a till closed are the host's batches, with both counts; those that were closed by
 * an 0500 have the same, and over all days nothing is missing on either side.
 */
export async function judgeDays(
  db: Queries,
  { terminalId, disk }: NamedDisk,
  say: Say,
): Promise<number> {
  const days = await readDays(disk.journal);
  if (days.at(-1) && !days.at(-1)?.answer) say(`${terminalId} has a day that is not closed`);
  const closed = days.filter(hasClosedBatch);
  const rows = await db
    .selectFrom('batches')
    .selectAll()
    .where('terminal_id', '=', terminalId)
    .orderBy('batch_number')
    .execute();
  const theirs = rows.map((row) => ({
    batchNumber: row.batch_number,
    till: totalsFields({
      credits: row.terminal_credits,
      creditsMinor: row.terminal_credits_minor,
      debits: row.terminal_debits,
      debitsMinor: row.terminal_debits_minor,
    }),
    host: totalsFields({
      credits: row.host_credits,
      creditsMinor: row.host_credits_minor,
      debits: row.host_debits,
      debitsMinor: row.host_debits_minor,
    }),
  }));
  const ours = closed.map(({ queued, answer }) => ({
    batchNumber: answer?.batchNumber,
    till: totalsFields(queued.totals),
    host: totalsFields(answer?.hostTotals ?? NOTHING),
  }));
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
    say(`the days of ${terminalId} are others at the host: ${ours.length} and ${theirs.length}`);
  }
  judgeBalance(terminalId, closed, say);
  return closed.length;
}

const NOTHING: Totals = { credits: 0, creditsMinor: 0n, debits: 0, debitsMinor: 0n };

function judgeBalance(terminalId: string, closed: readonly Reconciliation[], say: Say): void {
  let [mine, its] = [NOTHING, NOTHING];
  for (const { queued, answer } of closed) {
    const hostTotals = answer?.hostTotals ?? NOTHING;
    if (queued.mti === '0500' && !sameTotals(queued.totals, hostTotals)) {
      say(`${terminalId} closed a day in balance that is not`);
    }
    mine = plus(mine, queued.totals);
    its = plus(its, hostTotals);
  }
  if (sameTotals(mine, its)) return;
  say(`over all days ${terminalId} counts ${textOf(mine)}, and its host ${textOf(its)}`);
}

function plus(a: Totals, b: Totals): Totals {
  return {
    credits: a.credits + b.credits,
    creditsMinor: a.creditsMinor + b.creditsMinor,
    debits: a.debits + b.debits,
    debitsMinor: a.debitsMinor + b.debitsMinor,
  };
}

function textOf({ credits, creditsMinor, debits, debitsMinor }: Totals): string {
  return `${debits} debits (${debitsMinor}) and ${credits} credits (${creditsMinor})`;
}

async function readDays(journal: Journal): Promise<readonly Reconciliation[]> {
  const days = await readReconciliations({ journal });
  return days.ok ? days.value : [];
}
