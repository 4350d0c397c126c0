import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeJournalContract } from '#drivers/simulated/journal.contract.ts';
import type { PaymentEvent } from '#kernel/transaction/payment.ts';
import { openJournal, type SqliteJournal } from './sqlite-journal.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-journal-'));
  path = join(folder, 'journal.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

describeJournalContract('the SQLite journal', async () => {
  const journal = mustOpen();
  return { journal, close: () => journal.close() };
});

describe('openJournal', () => {
  it('creates missing folders and keeps everything across a reopening', async () => {
    path = join(folder, 'a', 'b', 'journal.db');
    let journal = mustOpen();
    await journal.append('p-1', intent('s-1'));
    await journal.nextStan();
    await journal.close();

    journal = mustOpen();
    expect(await journal.read('p-1')).toEqual({ ok: true, value: [intent('s-1')] });
    expect(await journal.open()).toEqual({ ok: true, value: ['p-1'] });
    expect(await journal.nextStan()).toEqual({ ok: true, value: 2 });
    await journal.close();
  });

  it('refuses a second owner until the first has closed', async () => {
    const first = mustOpen();
    expect(openJournal(path)).toMatchObject({ ok: false, error: { kind: 'journal-in-use' } });
    await first.append('p-1', intent('s'));
    await first.close();
    const second = mustOpen();
    expect(await second.read('p-1')).toMatchObject({ ok: true, value: [{ type: 'intent' }] });
    await second.close();
  });

  it('says why a path cannot be a journal', () => {
    mkdirSync(path);
    expect(openJournal(path)).toMatchObject({ ok: false, error: { kind: 'journal-unavailable' } });
    writeFileSync(join(folder, 'file'), 'x');
    const below = openJournal(join(folder, 'file', 'journal.db'));
    expect(below).toMatchObject({ ok: false, error: { kind: 'journal-unavailable' } });
    writeFileSync(
      join(folder, 'text'),
      'this is no database, it is a text of some length'.repeat(9),
    );
    const text = openJournal(join(folder, 'text'));
    expect(text).toMatchObject({ ok: false, error: { kind: 'journal-corrupt' } });
  });

  it('leaves a database of another program or release alone', () => {
    tamper('CREATE TABLE theirs (id INTEGER); PRAGMA application_id = 7');
    expect(openJournal(path)).toMatchObject({ ok: false, error: { kind: 'journal-foreign' } });
    const theirs = new DatabaseSync(path);
    expect(theirs.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' });
    theirs.close();
  });

  it('leaves a journal of a newer release alone', async () => {
    await mustOpen().close();
    tamper('PRAGMA user_version = 3');
    expect(openJournal(path)).toMatchObject({ ok: false, error: { kind: 'journal-version' } });
  });
});

describe('a journal of the release before', () => {
  it('is brought up to this one, with what is in it', async () => {
    let journal = mustOpen();
    await journal.append('p-1', intent('s'));
    await journal.close();
    tamper('DROP TABLE reconciliation; DROP INDEX follow_up; PRAGMA user_version = 1');
    for (let times = 0; times < 2; times++) {
      journal = mustOpen();
      expect(await journal.open()).toEqual({ ok: true, value: ['p-1'] });
      expect(await journal.reconciliations()).toEqual({ ok: true, value: [] });
      await journal.close();
    }
  });
});

describe('a journal on disk', () => {
  it('names a row it cannot read and loses nothing else', async () => {
    const journal = mustOpen();
    for (const paymentId of ['p-1', 'p-2']) await journal.append(paymentId, intent('s'));
    await journal.close();
    // Only a tool that removes the guard can damage a row.
    tamper(`DROP TRIGGER event_is_never_changed;
      UPDATE event SET body = replace(body, '"lines"', '"bones"') WHERE payment_id = 'p-1'`);

    const again = mustOpen();
    const broken = await again.read('p-1');
    expect(broken).toMatchObject({ ok: false, error: { kind: 'journal-corrupt-event' } });
    expect(JSON.stringify(broken)).toContain('event 1 cannot be read, at lines (invalid_type)');
    expect(await again.read('p-2')).toEqual({ ok: true, value: [intent('s')] });
    expect(await again.open()).toEqual({ ok: true, value: ['p-1', 'p-2'] });
    await again.close();
  });

  it.each([
    ['{"type":"intent"', 'not JSON'],
    ['{"type":"reversal-answered","atMs":1,"responseCode":"00"}', 'contradicts its column'],
    ['[]', 'invalid_type'],
  ])('refuses the body %s', async (body, reason) => {
    const journal = mustOpen();
    await journal.append('p-1', intent('s'));
    await journal.close();
    tamper(`DROP TRIGGER event_is_never_changed; UPDATE event SET body = '${body}'`);
    const again = mustOpen();
    expect(JSON.stringify(await again.read('p-1'))).toContain(reason);
    await again.close();
  });

  it('can only grow', async () => {
    const journal = mustOpen();
    await journal.append('p-1', intent('s'));
    await journal.close();
    expect(() => tamper('DELETE FROM event')).toThrow('append-only');
    expect(() => tamper(`UPDATE event SET type = 'closed'`)).toThrow('append-only');
  });

  it('starts again at 1 after trace number 999999', async () => {
    await mustOpen().close();
    tamper('UPDATE stan SET value = 999998');
    const journal = mustOpen();
    expect(await journal.nextStan()).toEqual({ ok: true, value: 999_999 });
    expect(await journal.nextStan()).toEqual({ ok: true, value: 1 });
    await journal.close();
  });

  it('says so when its trace counter is gone', async () => {
    await mustOpen().close();
    tamper('DELETE FROM stan');
    const journal = mustOpen();
    expect(await journal.nextStan()).toMatchObject({
      ok: false,
      error: { kind: 'journal-corrupt' },
    });
    await journal.close();
  });
});

describe('SqliteJournal.append', () => {
  it('writes no PAN and nothing that it could not read back', async () => {
    const journal = mustOpen();
    const sent = {
      type: 'authorisation-sent',
      atMs: 1,
      original: {
        mti: '0100',
        stan: 1,
        transmittedAt: '1124135000',
        localTime: '145000',
        localDate: '1124',
      },
      maskedPan: '9999991234560001',
      applicationLabel: 'TESSERA PAY',
      aid: 'F0544553534501',
    } as const;
    const extra = { ...sent, maskedPan: '999999******0001', pan: '9999991234560001' };
    const badStan = { type: 'reversal-sent', atMs: 1, stan: 0, attempt: 1, reason: 'timeout' };
    for (const event of [sent, extra, badStan as PaymentEvent]) {
      const refused = await journal.append('p-1', event);
      expect(refused).toMatchObject({
        ok: false,
        error: { kind: 'journal-bad-event', effect: 'none' },
      });
      expect(JSON.stringify(refused)).not.toContain('9999991234560001');
    }
    expect(await journal.read('p-1')).toEqual({ ok: true, value: [] });
    await journal.close();
  });

  it('fails with a reason once the journal is closed', async () => {
    const journal = mustOpen();
    await journal.close();
    await journal.close();
    const error = { kind: 'journal-closed', effect: 'none' };
    expect(await journal.append('p-1', intent('s'))).toMatchObject({ ok: false, error });
    expect(await journal.read('p-1')).toMatchObject({ ok: false, error });
    expect(await journal.nextStan()).toMatchObject({ ok: false, error });
  });
});

function mustOpen(): SqliteJournal {
  const opened = openJournal(path);
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

function tamper(sql: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

function intent(saleId: string): PaymentEvent {
  return { type: 'intent', atMs: 1, saleId, amountMinor: 5n, currency: '978', lines: [] };
}
