import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { holdUnknown } from '#cloud/api/held-unknown.fixture.ts';
import { MERCHANT_SCOPES } from '#cloud/api/scopes.ts';
import { startCloud } from '#cloud/cloud.ts';
import { describeWith } from '../../checks/describe-with.ts';
import { logIn, operationsWorld, shows, tile } from './operations-page.ts';

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab');
    const said = await page.evaluate(() => {
      const { activeElement: focused } = document;
      const input = focused instanceof HTMLInputElement ? focused.labels?.[0]?.innerText : '';
      return input || (focused as HTMLElement | null)?.innerText || '';
    });
    if (typeof name === 'string' ? said.startsWith(name) : name.test(said)) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}

describeWith('chromium', 'the operations page', ([executablePath = '']) => {
  const world = operationsWorld(executablePath);

  test('opens for a right key alone, and keeps it where the page cannot read it', async () => {
    const { open, operatorKey, cloud } = world();
    const page = await open();
    await page.getByLabel('API key').fill(`${operatorKey.slice(0, -1)}_`);
    await page.keyboard.press('Enter');
    await page.getByText('This key is unknown or was revoked.').waitFor();
    expect(await page.getByText('Payments, last hour').count()).toBe(0);
    await logIn(page, operatorKey);
    const kept = await page.evaluate(() =>
      JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]),
    );
    expect(kept).toBe('["",{},{}]');
    await page.reload();
    await page.getByText('Live ·').waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('API key').waitFor();
    await page.reload();
    await page.getByLabel('API key').waitFor();
    await logIn(page, operatorKey);
    await sql`delete from operations_sessions`.execute(cloud.db);
    await page.getByText('Your session has ended. Log in again.').waitFor();
  });

  test('figures move with each payment, and lead to its whole story', async () => {
    const { open, operatorKey, sell, cloud } = world();
    const page = await open();
    await logIn(page, operatorKey);
    const countOf = async () => Number(await tile(page, 'Payments, last hour').innerText());
    const before = await countOf();
    const { stan } = await sell(1_430n);
    expect((await sell(900_000_000n)).code).toBe('51');
    await expect.poll(countOf, { timeout: 10_000 }).toBe(before + 2);
    expect(await tile(page, 'Approved, last hour').innerText()).toContain('€');
    await page.getByRole('img', { name: /^Last 60 minutes: \d+ in all/ }).waitFor();
    await page.getByRole('link', { name: /^Not enough money/ }).click();
    await shows(page, 'Payments');
    await expect.poll(() => page.getByLabel('Response code').inputValue()).toBe('51');
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await page.getByLabel('Search').fill(stan);
    await page.keyboard.press('Enter');
    await page.getByText('1 shown, no more').waitFor();
    await page.getByRole('rowheader').getByRole('link').click();
    await shows(page, 'Payment of €14.30');
    for (const said of [
      ...['Purchase of €14.30', 'Answered: Approved (code 00)', 'Now captured'],
      ...['Nothing. Exempt: a small contactless amount.', 'merchant:TESSERA00000001'],
    ]) {
      await page.getByText(said).first().waitFor();
    }
    await page.getByRole('table', { name: 'Audit log' }).getByText('Purchase').waitFor();
    const { profile } = await cloud.card('everyday');
    const shown = await page.content();
    expect(shown).toContain(profile.pan.slice(-4));
    expect(shown).not.toContain(profile.pan);
  });

  test('an open unknown is there while it is open, with what is being done', async () => {
    const { open, operatorKey, cloud, terminal } = world();
    const page = await open();
    await logIn(page, operatorKey);
    await page.getByText('None. Every payment is known').waitFor();
    const { stan, release } = await holdUnknown(cloud, terminal, 5_150n);
    const row = page.getByRole('table', { name: 'Open unknowns' }).getByRole('row', { name: stan });
    await row.waitFor();
    await row.getByText('€51.50').waitFor();
    await row.getByText(/takes (it|the payment) back/).waitFor();
    expect(await tile(page, 'Open unknowns').innerText()).toBe('1');
    await release();
    await row.waitFor({ state: 'detached' });
    await page.getByText('None. Every payment is known').waitFor();
  });

  test('is worked by keyboard alone, from the key to a verdict', async () => {
    const { open, operatorKey, sell } = world();
    const { stan } = await sell(770n);
    const page = await open();
    await page.getByLabel('API key').waitFor();
    await page.keyboard.type(operatorKey);
    await page.keyboard.press('Enter');
    await shows(page, 'Overview');
    await tabTo(page, 'Payments');
    await page.keyboard.press('Enter');
    await shows(page, 'Payments');
    await tabTo(page, 'Search');
    await page.keyboard.type(stan);
    await page.keyboard.press('Enter');
    await page.getByText('1 shown, no more').waitFor();
    await tabTo(page, /^\d+ \w+, \d\d:\d\d:\d\d$/);
    const ring = await page.evaluate(
      () => getComputedStyle(document.activeElement ?? document.body).outlineWidth,
    );
    expect(ring).toBe('3px');
    await page.keyboard.press('Enter');
    await shows(page, 'Payment of €7.70');
    await page.keyboard.press('Shift+Tab');
    await page.goBack();
    await shows(page, 'Payments');
    await page.goto(page.url().replace(/#.*/, '#/verification'));
    await tabTo(page, 'Verify the audit log');
    await page.keyboard.press('Enter');
    await page.getByText('Sound. Every entry is as it was written').waitFor();
    await tabTo(page, 'Verify the ledger');
    await page.keyboard.press('Enter');
    await page.getByText('Sound. Every card’s balance').waitFor();
  });

  test('a merchant’s key shows that merchant, and verifies nothing', async () => {
    const { open, operator, cloud } = world();
    const added = await operator.post('/v1/keys', {
      ...{ name: 'Corner shop', merchantId: 'ANOTHERSHOP0001', scopes: MERCHANT_SCOPES },
    });
    const { key } = JSON.parse(await readFile(`${cloud.dataDir}/${added.body.file}`, 'utf8'));
    const page = await open();
    await logIn(page, key);
    await page.getByText('Merchant ANOTHERSHOP0001').waitFor();
    expect(await tile(page, 'Payments, last hour').innerText()).toBe('0');
    await page.getByText('No payment in the last 60 minutes.').waitFor();
    await page.getByRole('link', { name: 'Verification' }).click();
    await expect.poll(() => page.getByText('This key may not verify.').count()).toBe(2);
  });

  test('says so when the cloud is gone, and goes on when it is back', async () => {
    const { open, operatorKey, cloud } = world();
    const page = await open();
    await logIn(page, operatorKey);
    await cloud.cloud.stop();
    await page.getByText('Not live', { exact: true }).waitFor();
    await page
      .getByText(/^The cloud does not answer. What is shown is of .* Trying again\.$/)
      .waitFor();
    const spoken = page.locator('output', { hasText: 'Figures are not live.' });
    await spoken.waitFor({ state: 'attached' });
    expect(await tile(page, 'Payments, last hour').innerText()).toMatch(/^\d+$/);
    const silent = { log: () => undefined, record: () => undefined, databaseLost: () => undefined };
    const { dataDir } = cloud;
    const again = await startCloud({ dataDir }, silent, new AbortController().signal);
    try {
      await page.getByText('Live ·').waitFor();
      expect(await page.getByText('Trying again.').count()).toBe(0);
      await page.locator('output', { hasText: 'Figures are live.' }).waitFor({ state: 'attached' });
    } finally {
      await again.stop();
    }
  });
});
