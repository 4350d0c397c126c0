import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { enrolAnother } from '../cloud/acquirer/enrolment.ts';
import { openTestCards } from '../cloud/acquirer/test-cards.fixture.ts';
import { TestTerminal } from '../cloud/acquirer/test-terminal.fixture.ts';
import { openDatabase, type Queries } from '../cloud/store/database.ts';
import { openSecrets } from '../cloud/store/secrets.ts';
import { type Measured, measureLoad, percentile } from './load/measure-load.ts';

/**
 * How many authorisations a second one cloud answers, durably, with verification, scoring and
 * booking, and how long each takes: over TLS, client and database on the same machine. Each
 * connection is a terminal that sends the next when the last was answered.
 */
const CONNECTIONS = [1, 16, 64];
const CARDS = 2_000;
const SECONDS = 8;

const dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-bench-'));
const child = fork(path.join(import.meta.dirname, '../cloud/main.ts'), ['--data-dir', dataDir], {
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
});
try {
  const [ready] = (await once(child, 'message')) as [{ port: number; databaseUrl: string }];
  const db = openDatabase(ready.databaseUrl);
  const secrets = await openSecrets(dataDir);
  const cards = await openTestCards(db, secrets, CARDS);
  process.stdout.write(`a durable commit of one row: p50 ${(await commitMs(db)).toFixed(2)} ms\n`);
  let enrolled = 0;
  for (const connections of CONNECTIONS) {
    const terminals: TestTerminal[] = [];
    while (terminals.length < connections) {
      const terminalId = `${20_000_000 + enrolled++}`;
      const name = { terminalId, merchantId: `BENCH${terminalId}`.padEnd(15, '0') };
      const shop = { ...name, merchantName: 'Bench', merchantAddress: 'Here' };
      const host = { dataDir, port: ready.port, db };
      const file = await enrolAnother(host, shop, secrets.keyProtectionKey, new Date());
      terminals.push(await TestTerminal.connect(file));
    }
    await measureLoad(terminals, cards, 2);
    print(connections, await measureLoad(terminals, cards, SECONDS));
    for (const terminal of terminals) terminal.close();
  }
  await db.destroy();
} finally {
  child.disconnect();
  await once(child, 'exit');
  await rm(dataDir, { recursive: true, force: true });
}

/** What a write that survives a loss of power costs by itself. */
async function commitMs(db: Queries): Promise<number> {
  const times: number[] = [];
  while (times.length < 300) {
    const start = performance.now();
    await db
      .insertInto('idempotency')
      .values({
        terminal_id: 'bench',
        message_class: 'authorisation',
        stan: `${times.length}`,
        transmitted_at: '',
        payload_hash: '',
        answer: null,
        received_at: new Date(),
      })
      .execute();
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[150] ?? 0;
}

function print(connections: number, { latenciesMs, seconds }: Measured): void {
  const at = (share: number) => percentile(latenciesMs, share).toFixed(1);
  const rate = (latenciesMs.length / seconds).toFixed(0);
  process.stdout.write(
    `${connections} connections: ${rate} a second, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`,
  );
}
