import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { ChangedSince, Journal, PlacedReconciliationEvent } from '#kernel/ports/journal.ts';
import type { PaymentEvent } from '#kernel/transaction/payment.ts';
import type { ReconciliationEvent } from '#kernel/transaction/reconciliation.ts';
import { encodePaymentEvent, parsePaymentEvent } from './payment-event.ts';
import { encodeReconciliationEvent, parseReconciliationEvent } from './reconciliation-event.ts';
import { prepareSchema } from './schema.ts';
import { sqliteFailure } from './sqlite-failure.ts';

/** A journal that owns a file until it is closed. */
export interface SqliteJournal extends Journal {
  /** Writes the log back into the file and lets another process open it. */
  close(): Promise<void>;
}

/** How long to wait for another terminal that is about to end. */
const BUSY_TIMEOUT_MS = 1000;

/**
 * Opens, or creates with its folder, the journal at `path`. One process has it at a time: the lock
 * is the operating system's, so that it ends with the process, however that ends.
 *
 * Failures, all with effect `none` unless the disk failed: those of `sqliteFailure`
 * (`journal-in-use` when another terminal has it), `journal-foreign` (somebody else's database) and
 * `journal-version` (written by another release).
 */
export function openJournal(path: string): Result<SqliteJournal, PortFailure> {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    const refusal = prepareSchema(database);
    if (!refusal) return ok(new OpenJournal(database));
    database.close();
    return fail(refusal);
  } catch (error) {
    if (database?.isOpen) database.close();
    return fail(openFailure(error));
  }
}

function openFailure(error: unknown): PortFailure {
  const failure = sqliteFailure(error, 'open');
  if (failure.kind !== 'journal-failed') return failure;
  return { ...failure, kind: 'journal-unavailable', effect: 'none' };
}

class OpenJournal implements SqliteJournal {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = prepareStatements(database);
  }

  async append(paymentId: string, event: PaymentEvent): Promise<Result<void, PortFailure>> {
    const encoded = encodePaymentEvent(event);
    if (!encoded.ok) return badEvent(encoded.error);
    const saleId = event.type === 'intent' ? event.saleId : null;
    return attempt('append', () => {
      this.#statements.append.run(paymentId, event.type, saleId, encoded.value);
    });
  }

  async read(paymentId: string): Promise<Result<readonly PaymentEvent[], PortFailure>> {
    const rows = attempt('read', () => this.#statements.read.all(paymentId));
    return rows.ok ? allOf(rows.value, (row) => eventOfRow(row, parsePaymentEvent)) : rows;
  }

  async appendReconciliation(event: ReconciliationEvent): Promise<Result<void, PortFailure>> {
    const encoded = encodeReconciliationEvent(event);
    if (!encoded.ok) return badEvent(encoded.error);
    return attempt('appendReconciliation', () => {
      this.#statements.appendReconciliation.run(event.type, encoded.value);
    });
  }

  async reconciliations(): Promise<Result<readonly PlacedReconciliationEvent[], PortFailure>> {
    const rows = attempt('reconciliations', () => this.#statements.reconciliations.all());
    if (!rows.ok) return rows;
    return allOf(rows.value, (row) => {
      const event = eventOfRow(row, parseReconciliationEvent);
      return event.ok ? ok({ place: Number(row['place']), event: event.value }) : event;
    });
  }

  async changedSince(place: number): Promise<Result<readonly ChangedSince[], PortFailure>> {
    return attempt('changedSince', () =>
      this.#statements.changedSince.all(place, place).map((row) => ({
        paymentId: paymentIdOf(row),
        eventsBefore: Number(row['before']),
      })),
    );
  }

  async open(): Promise<Result<readonly string[], PortFailure>> {
    return attempt('open', () => this.#statements.open.all().map(paymentIdOf));
  }

  async latestForSale(saleId: string): Promise<Result<string | undefined, PortFailure>> {
    return attempt('latestForSale', () => {
      const row = this.#statements.latestForSale.get(saleId);
      return row && paymentIdOf(row);
    });
  }

  async recent(limit: number): Promise<Result<readonly string[], PortFailure>> {
    return attempt('recent', () => {
      return this.#statements.recent.all(Math.max(0, limit)).map(paymentIdOf);
    });
  }

  async nextStan(): Promise<Result<number, PortFailure>> {
    const row = attempt('nextStan', () => this.#statements.nextStan.get());
    if (!row.ok) return row;
    const stan = row.value?.['value'];
    if (typeof stan === 'number') return ok(stan);
    const detail = 'nextStan: the counter is missing';
    return fail({ kind: 'journal-corrupt', retryable: false, effect: 'none', detail });
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }
}

type Row = Readonly<Record<string, unknown>>;
type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(database: DatabaseSync) {
  return {
    append: database.prepare(
      'INSERT INTO event (payment_id, type, sale_id, body) VALUES (?, ?, ?, ?)',
    ),
    read: database.prepare(
      'SELECT sequence, type, body FROM event WHERE payment_id = ? ORDER BY sequence',
    ),
    open: database.prepare(
      `SELECT payment_id FROM event AS intent
       WHERE type = 'intent' AND NOT EXISTS (
         SELECT 1 FROM event AS ended
         WHERE ended.type = 'closed' AND ended.payment_id = intent.payment_id)
       OR type = 'intent' AND payment_id IN (
         SELECT payment_id FROM event WHERE type IN ('follow-up-queued', 'follow-up-answered')
         GROUP BY payment_id
         HAVING sum(type = 'follow-up-queued') > sum(type = 'follow-up-answered'))
       ORDER BY sequence`,
    ),
    appendReconciliation: database.prepare(
      `INSERT INTO reconciliation (place, type, body)
       SELECT coalesce(max(sequence), 0), ?, ? FROM event`,
    ),
    reconciliations: database.prepare(
      'SELECT sequence, place, type, body FROM reconciliation ORDER BY sequence',
    ),
    changedSince: database.prepare(
      `SELECT payment_id, (
         SELECT count(*) FROM event AS earlier
         WHERE earlier.payment_id = event.payment_id AND earlier.sequence <= ?) AS before
       FROM event WHERE sequence > ? GROUP BY payment_id ORDER BY min(sequence)`,
    ),
    latestForSale: database.prepare(
      `SELECT payment_id FROM event WHERE type = 'intent' AND sale_id = ?
       ORDER BY sequence DESC LIMIT 1`,
    ),
    recent: database.prepare(
      `SELECT payment_id FROM event WHERE type = 'intent' ORDER BY sequence DESC LIMIT ?`,
    ),
    nextStan: database.prepare('UPDATE stan SET value = value % 999999 + 1 RETURNING value'),
  };
}

/** Every row read, or the first failure. */
function allOf<T>(
  rows: readonly Row[],
  read: (row: Row) => Result<T, PortFailure>,
): Result<readonly T[], PortFailure> {
  const values: T[] = [];
  for (const row of rows) {
    const value = read(row);
    if (!value.ok) return value;
    values.push(value.value);
  }
  return ok(values);
}

/** What is on the disk is hostile until parsed; only what it belongs to is affected. */
function eventOfRow<T extends { readonly type: string }>(
  row: Row,
  parse: (text: string) => Result<T, string>,
): Result<T, PortFailure> {
  const event = parse(String(row['body']));
  if (event.ok && event.value.type === row['type']) return event;
  const fault = event.ok ? 'type (contradicts its column)' : event.error;
  const detail = `read: event ${row['sequence']} cannot be read, at ${fault}`;
  return fail({ kind: 'journal-corrupt-event', retryable: false, effect: 'none', detail });
}

function badEvent(place: string): Result<never, PortFailure> {
  const detail = `append: the event cannot be written, at ${place}`;
  return fail({ kind: 'journal-bad-event', retryable: false, effect: 'none', detail });
}

function paymentIdOf(row: Row): string {
  return String(row['payment_id']);
}

function attempt<T>(doing: string, run: () => T): Result<T, PortFailure> {
  try {
    return ok(run());
  } catch (error) {
    return fail(sqliteFailure(error, doing));
  }
}
