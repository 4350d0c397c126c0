import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fail, type Result } from '#kernel/bytes/result.ts';
import type { HostLink } from '#kernel/ports/host-link.ts';
import { readEnrolment } from '#terminal/config/enrolment.ts';
import { runnerSettings } from '#terminal/config/runner-settings.ts';
import { openJournal } from '#terminal/journal/sqlite-journal.ts';
import { openEnrolledHost } from '#terminal/runner/enrolled-host.ts';
import type { RunnerPorts, RunnerSettings } from '#terminal/runner/settings.ts';
import { systemClock, systemEntropy } from '#terminal/runner/system.ts';
import { type DemoWearables, openDemoWearables } from '#terminal/till/demo-wearables.ts';
import { superviseChild } from '../start/child.ts';

/** A shop that is open: a terminal, and the wearables that come to it. */
export interface DemoShop {
  readonly ports: RunnerPorts;
  readonly settings: RunnerSettings;
  readonly wearables: DemoWearables;
}

/**
 * Opens a shop with a cloud of its own, in a folder that is removed afterwards, for `use`. The
 * error is a sentence.
 */
export async function withDemoShop<T>(
  say: (sentence: string) => void,
  use: (shop: DemoShop) => Promise<Result<T, string>>,
): Promise<Result<T, string>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tessera-demo-'));
  // The database may run as another user, who has to get through.
  await chmod(folder, 0o711);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const cloud = superviseChild({
    name: 'cloud',
    script: path.resolve(import.meta.dirname, '../../cloud/main.ts'),
    args: ['--data-dir', path.join(folder, 'cloud')],
    say,
    signal: stopping.signal,
  });
  try {
    const ready = await cloud.ready;
    if (!ready) return fail('The cloud did not start.');
    return await openShop(folder, String(ready['enrolmentDir']), use);
  } finally {
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function openShop<T>(
  folder: string,
  enrolmentDir: string,
  use: (shop: DemoShop) => Promise<Result<T, string>>,
): Promise<Result<T, string>> {
  const enrolment = await readEnrolment(path.join(enrolmentDir, 'terminal.json'));
  if (!enrolment.ok) return fail(`The enrolment cannot be read: ${enrolment.error.kind}.`);
  const memory = path.join(folder, 'wearables.json');
  const wearables = await openDemoWearables(path.join(enrolmentDir, 'wearables.json'), memory, 0);
  if (!wearables.ok) return fail(`The wearables cannot be read: ${wearables.error.kind}.`);
  const journal = openJournal(path.join(folder, 'journal.sqlite'));
  if (!journal.ok) return fail(journal.error.detail);
  const host = openEnrolledHost(enrolment.value);
  if (!host.ok) return fail(host.error.detail);
  const ports = {
    readers: [wearables.value.reader],
    host: host.value,
    journal: journal.value,
    clock: systemClock,
    entropy: systemEntropy,
  };
  const settings = { ...runnerSettings(enrolment.value), hostTimeoutMs: HOST_TIMEOUT_MS };
  try {
    await hostIsUp(host.value);
    return await use({ ports, settings, wearables: wearables.value });
  } finally {
    await host.value.close();
    journal.value.close();
  }
}

const HOST_TIMEOUT_MS = 3_000;

/** The line connects by itself; a demonstration waits for it, so that the times mean something. */
function hostIsUp(host: HostLink): Promise<void> {
  if (host.state() === 'up') return Promise.resolve();
  return new Promise((resolve) => {
    const stop = host.onStateChange(() => {
      stop();
      resolve();
    });
  });
}
