import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningCloud } from '../../running-cloud.fixture.ts';
import { copyIn, copyOut } from './copy.ts';
import { connectForCopy } from './tables.ts';

let cloud: RunningCloud;
let client: pg.Client;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  client = await connectForCopy(cloud.cloud.databaseUrl);
  await client.query('create table copied (id bigint primary key, text text)');
});
afterAll(async () => {
  await client?.end();
  await cloud?.stop();
});

const ROWS = 300_000;
const MANY = `copy (select n, repeat('x', n % 200) from generate_series(1, ${ROWS}) n) to stdout`;
const textOf = (text: string) => [Buffer.from(text)];
const countCopied = async () => {
  const { rows } = await client.query<{ n: number }>('select count(*)::int as n from copied');
  return rows[0]?.n;
};

async function* all(parts: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield* parts;
}

test('rows go out and in again, as fast as they are taken', async () => {
  const out = copyOut(client, MANY);
  const chunks: Buffer[] = [];
  for await (const chunk of out.bytes) {
    // A reader that is slower than the database at first.
    if (chunks.length < 5) {
      await sleep(20);
      expect(out.bytes.readableLength).toBeLessThan(1024 * 1024);
    }
    chunks.push(chunk);
  }
  expect(out.rows()).toBe(ROWS);
  const whole = Buffer.concat(chunks);
  expect(whole.toString().split('\n').length).toBe(ROWS + 1);
  expect(await copyIn(client, 'copy copied from stdin', all(chunks))).toBe(ROWS);
  const again: Buffer[] = [];
  const sorted = copyOut(client, 'copy (select * from copied order by id) to stdout');
  for await (const chunk of sorted.bytes) again.push(chunk);
  expect(Buffer.concat(again).equals(whole)).toBe(true);
  await client.query('truncate copied');
});

test('what the database refuses is told, and the connection goes on', async () => {
  const statement = 'copy copied from stdin';
  const refused = copyIn(client, statement, all(textOf('1\tone\n1\ttwo\n')));
  await expect(refused).rejects.toMatchObject({ code: '23505' });
  await expect(copyIn(client, 'copy nothing from stdin', all([]))).rejects.toMatchObject({
    code: '42P01',
  });
  await expect(copyOut(client, 'copy nothing to stdout').bytes.toArray()).rejects.toMatchObject({
    code: '42P01',
  });
  expect(await countCopied()).toBe(0);
});

test('bytes that end in a failure are not taken', async () => {
  const failing = async function* () {
    yield Buffer.from('1\tone\n');
    throw new Error('the disk failed');
  };
  await expect(copyIn(client, 'copy copied from stdin', failing())).rejects.toThrow('disk failed');
  expect(await countCopied()).toBe(0);
});

test('a connection that is lost on the way ends both with an error', async () => {
  for (const isIn of [true, false]) {
    const lost = await connectForCopy(cloud.cloud.databaseUrl);
    const { rows } = await lost.query<{ pid: number }>('select pg_backend_pid() as pid');
    const end = () => client.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    const endless = async function* () {
      for (let id = 0; ; id++) {
        if (id === 100) await end();
        await sleep(1);
        yield Buffer.from(`${id}\tone\n`);
      }
    };
    const slowly = async () => {
      for await (const chunk of copyOut(lost, MANY).bytes) {
        if (chunk.length > 0) await end();
      }
    };
    const copying = isIn ? copyIn(lost, 'copy copied from stdin', endless()) : slowly();
    await expect(copying).rejects.toThrow();
    await lost.end().catch(() => undefined);
  }
  expect(await countCopied()).toBe(0);
});
