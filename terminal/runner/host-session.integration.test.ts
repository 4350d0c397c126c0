import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDatabase, type Queries } from '#cloud/store/database.ts';
import type { TlsHostLink } from '#drivers/host-tls/tls-host-link.ts';
import { SimulatedJournal } from '#drivers/simulated/journal.ts';
import { type Enrolment, readEnrolment } from '../config/enrolment.ts';
import { macKeyFile } from '../config/mac-key-file.ts';
import { runnerSettings } from '../config/runner-settings.ts';
import { CloudProcess } from '../recovery/cloud-process.fixture.ts';
import { openEnrolledHost } from './enrolled-host.ts';
import { HostSession } from './host-session.ts';
import { systemClock } from './system.ts';

const cloud = new CloudProcess();
let db: Queries;
let enrolment: Enrolment;
const journal = new SimulatedJournal();
beforeAll(async () => {
  await cloud.start();
  db = openDatabase(cloud.databaseUrl);
  const read = await readEnrolment(path.join(cloud.enrolmentDir, 'terminal.json'));
  if (!read.ok) throw new Error(read.error.kind);
  enrolment = read.value;
});
afterAll(async () => {
  await db?.destroy();
  await cloud.remove();
});

const soon = <T>(look: () => T | Promise<T>) =>
  vi.waitUntil(look, { interval: 10, timeout: 15_000 });

/** The terminal's program as far as it keeps its session. */
function terminal(): { readonly session: HostSession; readonly host: TlsHostLink } {
  const opened = openEnrolledHost(enrolment);
  if (!opened.ok || !enrolment.transportKey) throw new Error('no enrolment');
  const host = opened.value;
  const file = macKeyFile(path.join(cloud.dataDir, 'mac-key.txt'), enrolment.transportKey);
  const macKey = file.read() ?? enrolment.macKey;
  const settings = {
    ...runnerSettings({ ...enrolment, macKey }),
    ...{ echoEveryMs: 100, hostTimeoutMs: 2_000, repeatDelaysMs: [50] },
  };
  const ports = { host, journal, clock: systemClock };
  const keepKey = (keyBlock: string) => file.keep(keyBlock);
  const session = new HostSession({ ports, settings, keepKey, announce: () => undefined });
  return { session, host };
}

async function row() {
  return db
    .selectFrom('terminals')
    .select(['signed_off_at', 'mac_key_block', 'next_mac_key_block'])
    .executeTakeFirstOrThrow();
}

test('signed off at its end, signed on at its start', async () => {
  for (let starts = 0; starts < 2; starts++) {
    const { session, host } = terminal();
    await soon(() => session.state() === 'signed-on');
    expect((await row()).signed_off_at).toBeNull();
    await session.close();
    expect((await row()).signed_off_at).not.toBeNull();
    await host.close();
  }
});

test('the key is changed when it is a day old, and outlives both ends', async () => {
  const before = (await row()).mac_key_block;
  const first = terminal();
  await soon(() => first.session.state() === 'signed-on');
  await sql`update terminals set mac_key_since = now() - interval '2 days'`.execute(db);
  // At the next echo the host asks for it; the first message under it makes it the key.
  await soon(async () => (await row()).mac_key_block !== before);
  const changed = await row();
  expect(changed.next_mac_key_block).toBeNull();
  await first.session.close();
  await first.host.close();

  await db.destroy();
  await cloud.kill();
  await cloud.start();
  db = openDatabase(cloud.databaseUrl);
  expect((await row()).mac_key_block).toBe(changed.mac_key_block);
  const second = terminal();
  await soon(() => second.session.state() === 'signed-on');
  expect((await row()).mac_key_block).toBe(changed.mac_key_block);
  await second.session.close();
  await second.host.close();
});
