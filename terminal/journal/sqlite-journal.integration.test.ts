import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openJournal } from './sqlite-journal.ts';

const LOOP = fileURLToPath(new URL('append-loop.fixture.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('loses nothing that was acknowledged when its process is killed, four times over', async () => {
  const path = join(folder, 'journal.db');
  const acknowledged: string[] = [];
  for (const stopAfter of [1, 7, 60, 150]) {
    acknowledged.push(...(await appendUntilKilled(path, stopAfter)));
  }
  const opened = openJournal(path);
  if (!opened.ok) throw new Error(opened.error.detail);
  const open = await opened.value.open();
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  expect(acknowledged.length).toBeGreaterThanOrEqual(218);
  expect(open).toMatchObject({ ok: true, value: expect.arrayContaining(acknowledged) });
  for (const paymentId of acknowledged) {
    expect(await opened.value.read(paymentId)).toMatchObject({ ok: true, value: [{}] });
  }
  await opened.value.close();
});

it('refuses a second process while the first lives, and only then', async () => {
  const path = join(folder, 'journal.db');
  const first = spawn(process.execPath, [LOOP, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(first.stdout, 'data');
  const second = spawnSync(process.execPath, [LOOP, path, '1'], { encoding: 'utf8' });
  expect(second.status).toBe(2);
  expect(JSON.parse(second.stdout)).toMatchObject({ kind: 'journal-in-use', effect: 'none' });
  first.kill('SIGKILL');
  await once(first, 'exit');
  const third = spawnSync(process.execPath, [LOOP, path, '1'], { encoding: 'utf8' });
  expect(third.status).toBe(0);
});

it.skipIf(process.platform === 'win32')('reports a write the system refuses', async () => {
  const path = join(folder, 'journal.db');
  const limited = 'ulimit -f 1000; exec "$0" "$1" "$2"';
  const run = spawnSync('sh', ['-c', limited, process.execPath, LOOP, path], { encoding: 'utf8' });
  expect(run.status).toBe(3);
  const lines = run.stdout.trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    kind: 'journal-io-error',
    effect: 'unknown',
  });
  await expectAllOpen(path, lines.slice(1, -1));
});

it.skipIf(!canMount())('reports a full disk and keeps what it had', async () => {
  execFileSync('sh', ['-c', 'mount -t tmpfs -o size=256k tmpfs "$0"', folder]);
  try {
    const path = join(folder, 'journal.db');
    const run = spawnSync(process.execPath, [LOOP, path], { encoding: 'utf8' });
    expect(run.status).toBe(3);
    const lines = run.stdout.trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      kind: 'journal-full',
      retryable: true,
      effect: 'none',
    });
    await expectAllOpen(path, lines.slice(1, -1));
  } finally {
    execFileSync('sh', ['-c', 'umount "$0"', folder]);
  }
});

async function appendUntilKilled(path: string, stopAfter: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [LOOP, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length > stopAfter) child.kill('SIGKILL');
  }
  expect(lines[0]).toBe('open');
  return lines.slice(1);
}

async function expectAllOpen(path: string, acknowledged: readonly string[]): Promise<void> {
  const opened = openJournal(path);
  if (!opened.ok) throw new Error(opened.error.detail);
  expect(acknowledged.length).toBeGreaterThan(5);
  const open = await opened.value.open();
  expect(open).toMatchObject({ ok: true, value: expect.arrayContaining([...acknowledged]) });
  await opened.value.close();
}

function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}
