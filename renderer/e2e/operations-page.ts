import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { TestTerminal } from '#cloud/acquirer/test-terminal.fixture.ts';
import { ApiClient } from '#cloud/api/api-client.fixture.ts';
import { RunningCloud } from '#cloud/running-cloud.fixture.ts';
import { buildRenderer } from '#scripts/start/build-renderer.ts';
import { chromiumArguments } from './chromium-arguments.ts';

/** A cloud on its own PostgreSQL, with a terminal, and the operator's key. */
export interface OperationsWorld {
  readonly cloud: RunningCloud;
  readonly terminal: TestTerminal;
  readonly operator: ApiClient;
  readonly operatorKey: string;
  /** Sells with the card that pays; DE 11 of the sale and DE 39 of its answer. */
  readonly sell: (amountMinor: bigint) => Promise<{ readonly stan: string; readonly code: string }>;
  /** The page, as nobody, in a browser of its own. */
  readonly open: (options?: { readonly width?: number; readonly height?: number }) => Promise<Page>;
}

/**
 * Builds the page, starts a cloud and the browser once for the tests of a file. A page that reports
 * an error of its own fails its test.
 */
export function operationsWorld(executablePath: string): () => OperationsWorld {
  let world: OperationsWorld;
  let browser: Browser;
  const opened: { context: BrowserContext; faults: string[] }[] = [];

  async function open({ width = 1280, height = 800 } = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      const isRefused = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isRefused) faults.push(message.text());
    });
    opened.push({ context, faults });
    await page.goto(`http://127.0.0.1:${world.cloud.cloud.apiPort}/operations`);
    return page;
  }

  beforeAll(async () => {
    const root = path.resolve(import.meta.dirname, '../..');
    if (!(await buildRenderer(root, 'operations', () => undefined))) throw new Error('not built');
    browser = await chromium.launch({ executablePath, args: chromiumArguments });
    const cloud = await RunningCloud.start();
    const terminal = await cloud.connect();
    const sell = async (amountMinor: bigint) => {
      const card = await cloud.card('everyday');
      const sale = terminal.sale(card, { amountMinor, verification: 'cdcvm' });
      const answer = terminal.open(await terminal.exchange(sale.bytes));
      return { stan: String(sale.message.fields[11]), code: String(answer.fields[39]) };
    };
    const operator = await ApiClient.operator(cloud);
    const operatorKey = await ApiClient.operatorKey(cloud);
    world = { cloud, terminal, operator, operatorKey, sell, open };
  });

  afterEach(async () => {
    for (const { context, faults } of opened.splice(0)) {
      await context.close();
      expect(faults).toEqual([]);
    }
  });

  afterAll(async () => {
    await browser?.close();
    await world?.cloud.stop();
  });

  return () => world;
}

/** Logs in with a key, by keyboard, and waits until figures are there. */
export async function logIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key);
  await page.keyboard.press('Enter');
  await page.getByText('Live ·').waitFor();
  await page.getByText('Payments, last hour').waitFor();
}

/** Waits until the view of this title is shown. */
export async function shows(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** What a tile of the overview says. */
export function tile(page: Page, name: string) {
  return page.locator('.tile', { hasText: name }).locator('.tile-value');
}
