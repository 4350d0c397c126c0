import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Pcscd } from '#drivers/pcsc/pcscd.fixture.ts';
import { readProfiles } from '#wearable/profile.ts';
import { holdToVirtualReader } from '#wearable/vpcd.ts';
import { createWearable } from '#wearable/wearable.ts';
import { describeWith } from '../../checks/describe-with.ts';

const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const dataDir = mkdtempSync(path.join(tmpdir(), 'tessera-start-'));
chmodSync(dataDir, 0o711);
const pcscd = new Pcscd();
let tessera: ChildProcess;
/** What it said besides. */
let said = '';
let browser: Browser;

/** `npm start -- --headless`, up to the address it prints. */
async function start(): Promise<string> {
  const program = path.resolve(import.meta.dirname, '../start.ts');
  const args = [program, '--headless', '--port', '0', '--data-dir', dataDir];
  tessera = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const { stdout, stderr } = tessera;
  said = '';
  stderr?.on('data', (text) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    stdout?.once('data', (line) => resolve(String(line).trim()));
    tessera.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)));
  });
}

/** Ends it, and resolves to its exit code. */
function stop(signal: NodeJS.Signals): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => tessera.once('exit', resolve));
  tessera.kill(signal);
  return ended;
}

/** The processes that still work in our data folder. */
function left(): string {
  try {
    return execFileSync('pgrep', ['-f', dataDir], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

async function openTill(url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  return page;
}

/** Holds a wearable of the enrolment to the virtual reader of the real PC/SC service. */
async function tapWearable(wearableId: string): Promise<void> {
  const profiles = await readProfiles(path.join(dataDir, 'cloud/enrolment/wearables.json'));
  const profile = profiles.ok && profiles.value.find((p) => p.wearableId === wearableId);
  if (!profile) throw new Error('the enrolment has no such wearable');
  const hold = holdToVirtualReader(createWearable(profile));
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await hold.leave();
}

describeWith('pcscd', 'npm start', () => {
  describeWith('chromium', 'in a browser', ([chromiumPath = '']) => {
    beforeAll(async () => {
      await pcscd.start();
      browser = await chromium.launch({ executablePath: chromiumPath, args: BROWSER_ARGS });
    });
    afterAll(async () => {
      tessera.kill('SIGTERM');
      await browser.close();
      await pcscd.end();
      rmSync(dataDir, { recursive: true, force: true });
    });

    test('sells, by keyboard alone, to a wearable in a PC/SC reader', async () => {
      const page = await openTill(await start());
      await page.getByText('Ready for the next customer').waitFor();
      await page.keyboard.type('milk');
      await page
        .getByText(/items for/)
        .first()
        .waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.keyboard.press('F12');
      await page.getByText('Present your wearable').first().waitFor();
      await tapWearable('everyday');
      await page
        .getByText(/^Paid /)
        .first()
        .waitFor();
      await page.close();
      const [, operations = ''] = /^Operations: (http\S+)$/m.exec(said) ?? [];
      const built = async () => (await fetch(operations)).status;
      await expect.poll(built, { timeout: 60_000 }).toBe(200);
      expect(await stop('SIGINT')).toBe(0);
      expect(left()).toBe('');
    });

    test('kill -9 leaves nothing behind, and the next start has the sale', async () => {
      await start();
      await stop('SIGKILL');
      await expect.poll(left, { timeout: 20_000 }).toBe('');

      const page = await openTill(await start());
      await page.getByText('Ready for the next customer').waitFor();
      await page.keyboard.press('F8');
      await page.getByText(/Paid/).first().waitFor();
      await page.close();
      expect(await stop('SIGTERM')).toBe(0);
      expect(left()).toBe('');
    });
  });
});
