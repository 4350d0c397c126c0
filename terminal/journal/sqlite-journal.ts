import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { Journal } from '#kernel/ports/journal.ts';
import type { PaymentEvent } from '#kernel/transaction/payment.ts';
import { encodePaymentEvent, parsePaymentEvent } from './payment-event.ts';
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
    if (!encoded.ok) {
      const detail = `append: the event cannot be written, at ${encoded.error}`;
      return fail({ kind: 'journal-bad-event', retryable: false, effect: 'none', detail });
    }
    const saleId = event.type === 'intent' ? event.saleId : null;
    return attempt('append', () => {
      this.#statements.append.run(paymentId, event.type, saleId, encoded.value);
    });
  }

  async read(paymentId: string): Promise<Result<readonly PaymentEvent[], PortFailure>> {
    const rows = attempt('read', () => this.#statements.read.all(paymentId));
    if (!rows.ok) return rows;
    const events: PaymentEvent[] = [];
    for (const row of rows.value) {
      const event = eventOfRow(row);
      if (!event.ok) return event;
      events.push(event.value);
    }
    return ok(events);
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
       ORDER BY sequence`,
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

/** What is on the disk is hostile until parsed; only the payment it belongs to is affected. */
function eventOfRow(row: Row): Result<PaymentEvent, PortFailure> {
  const event = parsePaymentEvent(String(row['body']));
  if (event.ok && event.value.type === row['type']) return event;
  const fault = event.ok ? 'type (contradicts its column)' : event.error;
  const detail = `read: event ${row['sequence']} cannot be read, at ${fault}`;
  return fail({ kind: 'journal-corrupt-event', retryable: false, effect: 'none', detail });
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
