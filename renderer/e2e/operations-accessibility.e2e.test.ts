import { expect, test } from 'vitest';
import { describeWith } from '../../checks/describe-with.ts';
import { controlFaults } from './control-faults.ts';
import { logIn, operationsWorld, shows } from './operations-page.ts';

describeWith('chromium', 'the operations page for everybody', ([executablePath = '']) => {
  const world = operationsWorld(executablePath);

  test.each(['overview', 'payments', 'story', 'verification', 'nobody'])(
    '%s: names, sizes, nothing cut off',
    async (name) => {
      const { open, operatorKey, sell } = world();
      const { stan } = await sell(980n);
      const page = await open();
      if (name !== 'nobody') await logIn(page, operatorKey);
      if (name === 'payments' || name === 'story') {
        await page.getByRole('link', { name: 'Payments' }).click();
        await page.getByRole('table').waitFor();
      }
      if (name === 'story') {
        await page.getByRole('row', { name: stan }).first().getByRole('link').click();
        await shows(page, 'Payment of €9.80');
      }
      if (name === 'verification') await page.getByRole('link', { name: 'Verification' }).click();
      expect(await controlFaults(page)).toEqual([]);
      for (const [width, height] of [
        [1280, 800],
        [1080, 1920],
        [700, 900],
      ] as const) {
        await page.setViewportSize({ width, height });
        const isCut = await page.evaluate(
          () => document.documentElement.scrollWidth > window.innerWidth,
        );
        expect(isCut, `${width} × ${height}`).toBe(false);
      }
    },
  );

  test('what is gone to has the focus, and a heading of its own', async () => {
    const { open, operatorKey } = world();
    const page = await open();
    await logIn(page, operatorKey);
    for (const name of ['Payments', 'Verification', 'Overview']) {
      const link = page.getByRole('navigation').getByRole('link', { name });
      await link.click();
      await shows(page, name);
      expect(await link.getAttribute('aria-current')).toBe('page');
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    }
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    for (const landmark of ['banner', 'navigation', 'main'] as const) {
      expect(await page.getByRole(landmark).count(), landmark).toBe(1);
    }
  });
});
