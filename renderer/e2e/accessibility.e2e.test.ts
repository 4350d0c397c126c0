import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeWith } from '../../checks/describe-with.ts';
import { controlFaults } from './control-faults.ts';
import { beginPayment, says, scan, type TillPage, tillPages } from './till-page.ts';

/** Whether something reaches out of the window, or words are cut off in a button. */
async function overflows(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth > window.innerWidth ? ['the page'] : [];
    const tall = document.documentElement.scrollHeight > window.innerHeight ? ['the page'] : [];
    const cut = [
      ...document.querySelectorAll<HTMLElement>('.action-button, .payment-said, .status'),
    ]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => element.innerText);
    return [...wide, ...tall, ...cut];
  });
}

describeWith('chromium', 'the till for everybody', ([executablePath = '']) => {
  const open = tillPages(executablePath);
  const scenes: Readonly<Record<string, (till: TillPage) => Promise<void>>> = {
    'an empty basket': async () => undefined,
    'a basket with a long name': async ({ page }) => scan(page, 1, 500, 14),
    'a search': async ({ page }) => {
      await page.keyboard.type('milk', { delay: 40 });
      await page.getByText('8 items for “milk”').waitFor();
    },
    'a ready payment': async (till) => beginPayment(till),
    'a declined payment': async (till) => {
      await beginPayment(till);
      till.terminal.show({ state: 'declined', reason: 'over-limit', responseCode: '61' });
      await says(till.page, 'Not approved. Nothing was charged.');
    },
    'an unknown payment': async (till) => {
      await beginPayment(till);
      till.terminal.show({ state: 'unknown', resolvingAfterMs: 60_000 });
      await says(till.page, 'We are making sure you are not charged twice');
    },
    'an approved payment': async (till) => {
      await beginPayment(till);
      till.terminal.show({ state: 'approved' });
      await says(till.page, 'Paid 5.60');
    },
    'the receipts': async (till) => {
      await beginPayment(till);
      till.terminal.show({ state: 'approved' });
      await says(till.page, 'Paid 5.60');
      await till.page.keyboard.press('F8');
      await till.page.getByRole('article').waitFor();
    },
    'everything down': async ({ page, terminal }) => {
      terminal.change({
        health: {
          host: 'down',
          session: 'signed-on',
          undelivered: 0,
          reader: 'absent',
          readerNames: [],
        },
      });
      await page.getByText('No reader. Plug it in.').waitFor();
    },
  };

  test.each(Object.keys(scenes))('%s: names, sizes, nothing cut off', async (name) => {
    const till = await open();
    await scenes[name]?.(till);
    expect(await controlFaults(till.page)).toEqual([]);
    for (const [width, height] of [
      [1280, 800],
      [1024, 768],
      [1080, 1920],
    ] as const) {
      await till.page.setViewportSize({ width, height });
      expect(await overflows(till.page), `${width} × ${height}`).toEqual([]);
    }
  });

  test('what happens is read out', async () => {
    const till = await open();
    const { page, terminal } = till;
    const spoken = page.locator('output[aria-live="polite"]');
    await scan(page, 1);
    await expect.poll(() => spoken.innerText()).toBe('Rye bread added. Total 2.40.');
    await page.keyboard.press('+');
    await expect.poll(() => spoken.innerText()).toBe('Rye bread: 2. Total 4.80.');
    await page.keyboard.press('F12');
    await expect.poll(() => spoken.innerText()).toContain('Present your wearable');
    terminal.show({ state: 'declined', reason: 'expired' });
    await expect
      .poll(() => spoken.innerText())
      .toBe('Not approved. Nothing was charged. It has expired. Try another wearable or card.');
  });

  test('the keyboard shows where it is, and nowhere else', async () => {
    const { page } = await open();
    await scan(page, 1);
    const seen = new Set<string>();
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      const [what, outline, rings] = await page.evaluate(() => {
        const focused = document.activeElement ?? document.body;
        const ringed = focused.closest('.scan-field') ?? focused;
        const isRinged = (element: Element) => getComputedStyle(element).outlineStyle === 'solid';
        const rings = [...document.querySelectorAll('body *')].filter(isRinged).length;
        return [focused.className, getComputedStyle(ringed).outlineWidth, rings] as const;
      });
      if (what === '') continue;
      seen.add(what);
      expect([outline, rings], what).toEqual(['3px', 1]);
    }
    expect(seen.size).toBeGreaterThan(5);
  });
});
