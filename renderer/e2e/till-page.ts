import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type ScriptedServer, serveScriptedTerminal } from '../development/scripted-server.ts';
import { type ScriptedTerminal, sampleItem } from '../development/scripted-terminal.ts';
import rendererConfig from '../vite.config.ts';
import { chromiumArguments } from './chromium-arguments.ts';

/** A till in a real browser, with the double of the terminal behind it. */
export interface TillPage {
  readonly page: Page;
  readonly server: ScriptedServer;
  readonly terminal: ScriptedTerminal;
}

/** How the browser shows it. */
export interface TillPageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/**
 * Builds the renderer and starts the browser once for the tests of a file; the returned function
 * opens a fresh till. A page that reports an error of its own fails its test.
 */
export function tillPages(
  executablePath: string,
): (options?: TillPageOptions) => Promise<TillPage> {
  let directory: string;
  let browser: Browser;
  const open: { context: BrowserContext; server: ScriptedServer; faults: string[] }[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tessera-renderer-'));
    await build({
      ...rendererConfig,
      configFile: false,
      logLevel: 'error',
      build: { ...rendererConfig.build, outDir: directory },
    });
    browser = await chromium.launch({ executablePath, args: chromiumArguments });
  });

  afterEach(async () => {
    for (const { context, server, faults } of open.splice(0)) {
      await context.close();
      server.terminal.stop();
      await server.goAway();
      expect(faults).toEqual([]);
    }
  });

  afterAll(async () => {
    await browser?.close();
    await rm(directory, { recursive: true, force: true });
  });

  return async ({ width = 1280, height = 800, colorScheme = 'light' } = {}) => {
    const server = await serveScriptedTerminal(directory, 0);
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      const lostLine = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !lostLine) faults.push(message.text());
    });
    open.push({ context, server, faults });
    await page.goto(server.url);
    await page
      .getByRole('row', { name: sampleItem(1).name })
      .first()
      .waitFor();
    return { page, server, terminal: server.terminal };
  };
}

/** Scans the double's articles by their numbers, as a scanner does: digits, then Enter. */
export async function scan(page: Page, ...numbers: readonly number[]): Promise<void> {
  const spoken = page.locator('output[aria-live="polite"]');
  for (const number of numbers) {
    const { barcode, name } = sampleItem(number);
    await scanBarcode(page, barcode);
    await spoken.getByText(`${name} added.`).waitFor();
  }
}

/** Types a barcode as fast as a scanner, wherever the focus is, and waits for what comes of it. */
export async function scanBarcode(page: Page, barcode: string): Promise<void> {
  const answered = page.waitForResponse('**/api/findItemByBarcode');
  await page.keyboard.type(barcode);
  await page.keyboard.press('Enter');
  await answered;
}

/** The names and amounts of the basket's lines, as they are read. */
export async function basketLines(page: Page): Promise<readonly string[]> {
  const texts = await page.locator('.basket-line-text').allInnerTexts();
  return texts.map((text) => text.split('\n').join(' '));
}

/** Scans two articles and begins to pay. */
export async function beginPayment({ page }: TillPage): Promise<void> {
  await scan(page, 1, 2);
  await page.keyboard.press('F12');
  await page.getByRole('heading', { name: 'Present your wearable' }).waitFor();
}

/** Waits until a heading of the payment moment says this. */
export async function says(page: Page, headline: string): Promise<void> {
  await page.getByRole('heading', { name: headline, exact: true }).waitFor();
}
