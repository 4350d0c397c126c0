import type { DatabaseSync } from 'node:sqlite';
import type { PortFailure } from '#kernel/ports/failure.ts';

/** `TSRJ`, in the header of the file (PRAGMA application_id). */
const APPLICATION_ID = 0x5453524a;
const VERSION = 2;

/**
 * Locks the database for this process, makes its commits durable, and creates or checks the schema.
 * Returns why the file is not a journal of this release, if so; throws SQLite's errors.
 */
export function prepareSchema(database: DatabaseSync): PortFailure | undefined {
  // Exclusive before the first access: the lock is then held until the connection ends.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  const fresh = isEmpty(database);
  const version = fresh ? VERSION : ownVersion(database);
  if (typeof version !== 'number') return version;
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
  if (mode !== 'wal') return refusal('journal-unavailable', 'no write-ahead log is possible here');
  // FULL syncs the log at every commit; the other two make macOS mean it.
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA fullfsync = ON');
  database.exec('PRAGMA checkpoint_fullfsync = ON');
  const script = fresh ? SCHEMA + SINCE_1 : version === 1 ? SINCE_1 : '';
  database.exec(`BEGIN EXCLUSIVE; ${script} COMMIT`);
  return undefined;
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] === 0;
}

/** Which release wrote it: this one's version, or one that is brought up to it. */
function ownVersion(database: DatabaseSync): number | PortFailure {
  if (pragma(database, 'application_id') !== APPLICATION_ID) {
    return refusal('journal-foreign', 'the file is a database of another program');
  }
  const version = pragma(database, 'user_version');
  if (version === VERSION || version === 1) return version;
  return refusal('journal-version', `the file has version ${version}, not ${VERSION}`);
}

function pragma(database: DatabaseSync, name: string): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name];
}

function refusal(kind: string, reason: string): PortFailure {
  return { kind, retryable: false, effect: 'none', detail: `open: ${reason}` };
}

/** `type` and `sale_id` repeat what `body` says, so that a damaged body hides nothing else. */
const SCHEMA = `
CREATE TABLE event (
  sequence INTEGER PRIMARY KEY,
  payment_id TEXT NOT NULL,
  type TEXT NOT NULL,
  sale_id TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX event_of_payment ON event (payment_id);
CREATE INDEX intent_of_sale ON event (sale_id) WHERE type = 'intent';
CREATE UNIQUE INDEX one_intent ON event (payment_id) WHERE type = 'intent';
CREATE UNIQUE INDEX one_end ON event (payment_id) WHERE type = 'closed';

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE stan (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  value INTEGER NOT NULL CHECK (value BETWEEN 0 AND 999999)
) STRICT;
INSERT INTO stan (id, value) VALUES (1, 0);

PRAGMA application_id = ${APPLICATION_ID};
`;

/**
 * Follow-ups, and reconciliations, which stand at a place among the events of payments: behind
 * the event of that sequence.
 */
const SINCE_1 = `
CREATE INDEX follow_up ON event (payment_id, type)
  WHERE type IN ('follow-up-queued', 'follow-up-answered');

CREATE TABLE reconciliation (
  sequence INTEGER PRIMARY KEY,
  place INTEGER NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TRIGGER reconciliation_is_never_changed BEFORE UPDATE ON reconciliation
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER reconciliation_is_never_removed BEFORE DELETE ON reconciliation
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

PRAGMA user_version = ${VERSION};
`;
