import { expect, test } from 'vitest';
import { describeWith } from '../../checks/describe-with.ts';
import { sampleItem } from '../development/scripted-terminal.ts';
import { basketLines, beginPayment, says, scan, scanBarcode, tillPages } from './till-page.ts';

describeWith('chromium', 'a sale at the till', ([executablePath = '']) => {
  const open = tillPages(executablePath);

  test('is done by keyboard alone, from the first item to the next customer', async () => {
    const { page, terminal } = await open();
    await page.keyboard.type('sourdough', { delay: 60 });
    await page.getByText('4 items for “sourdough”').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect.poll(() => basketLines(page)).toEqual(['Sourdough loaf, wholegrain 3.70']);

    await page.keyboard.press('F2');
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await page.keyboard.press('-');
    await expect
      .poll(() => basketLines(page))
      .toEqual(['Sourdough loaf, wholegrain 7.40 2 × 3.70']);

    await page.keyboard.press('F3');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Bakery', selected: true }).waitFor();

    await page.keyboard.press('F12');
    await says(page, 'Present your wearable');
    terminal.paceFactor = 0.1;
    await page.keyboard.press('Alt+1');
    await says(page, 'Paid 7.40');
    await page.keyboard.press('Enter');
    await page.getByText('Ready for the next customer').waitFor();
    expect(terminal.state.payment).toBeNull();
  });

  test('takes scans wherever the focus is, and flashes only the line', async () => {
    const { page } = await open();
    await scan(page, 1);
    await page.keyboard.press('F6');
    await scan(page, 2, 1);
    await page.keyboard.press('F3');
    await scan(page, 3);
    await expect
      .poll(() => basketLines(page))
      .toEqual(['Rye bread 4.80 2 × 2.40', 'Sourdough loaf 3.20', 'Butter croissant 1.10']);
    const flashing = page.locator('[data-flash]');
    expect(await flashing.count()).toBe(1);
    expect(await flashing.innerText()).toContain('Butter croissant');
  });

  test('a scan into a half-typed search adds its item and keeps the words', async () => {
    const { page } = await open();
    const field = page.getByRole('textbox', { name: 'Scan or search' });
    await page.keyboard.type('oat', { delay: 80 });
    await page.waitForTimeout(100);
    // As a scanner does it: all keys at once, and an event is as old as its key, however long the
    // page takes for the ones before it.
    await field.evaluate((element: HTMLInputElement, barcode: string) => {
      const keys = [...barcode, 'Enter'].map(
        (key) => new KeyboardEvent('keydown', { key, bubbles: true }),
      );
      const setText = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
      for (const event of keys) {
        element.dispatchEvent(event);
        if (event.key === 'Enter') return;
        setText?.call(element, element.value + event.key);
        element.dispatchEvent(new InputEvent('input', { bubbles: true }));
      }
    }, sampleItem(3).barcode);
    await expect.poll(() => basketLines(page)).toEqual(['Butter croissant 1.10']);
    await expect.poll(() => field.inputValue()).toBe('oat');
  });

  test('a number before a scan takes as many', async () => {
    const { page } = await open();
    await page.keyboard.type('12*', { delay: 60 });
    await scanBarcode(page, sampleItem(1).barcode);
    await expect.poll(() => basketLines(page)).toEqual(['Rye bread 28.80 12 × 2.40']);
  });

  test('an unknown barcode is said, and nothing is lost', async () => {
    const { page } = await open();
    await scan(page, 1);
    await scanBarcode(page, '4006381333931');
    await page.getByText('No item has the barcode 4006381333931.').first().waitFor();
    expect(await basketLines(page)).toEqual(['Rye bread 2.40']);
    await scan(page, 2);
    await expect.poll(() => page.locator('.notice').count()).toBe(0);
  });

  test('undo takes back one change after the other, also a cleared basket', async () => {
    const { page } = await open();
    await scan(page, 1, 2);
    await page.keyboard.press('Delete');
    await expect.poll(() => basketLines(page)).toEqual(['Rye bread 2.40']);
    await page.keyboard.press('F4');
    await page.getByText('Ready for the next customer').waitFor();
    await page.keyboard.press('Control+z');
    await expect.poll(() => basketLines(page)).toEqual(['Rye bread 2.40']);
    await page.keyboard.press('Control+z');
    await expect.poll(() => basketLines(page)).toEqual(['Rye bread 2.40', 'Sourdough loaf 3.20']);
  });

  test('works by touch as well', async () => {
    const { page } = await open();
    await page.getByRole('row', { name: 'Rye bread' }).first().click();
    await page.getByRole('row', { name: 'Whole milk, small' }).first().click();
    await page.getByRole('button', { name: 'One more of Whole milk, small' }).click();
    await expect
      .poll(() => basketLines(page))
      .toEqual(['Rye bread 2.40', 'Whole milk, small 2.30 2 × 1.15']);
    await page.getByRole('button', { name: 'Remove Whole milk, small' }).click();
    await page.getByRole('button', { name: 'Pay 2.40' }).click();
    await says(page, 'Present your wearable');
  });

  test('the receipt shows what was sold, and the card only masked', async () => {
    const till = await open();
    const { page, terminal } = till;
    await beginPayment(till);
    terminal.show({ state: 'approved' });
    await says(page, 'Paid 5.60');
    await page.keyboard.press('F8');
    const slip = page.getByRole('article');
    await slip.waitFor();
    const text = await slip.innerText();
    for (const part of ['Mill Lane Grocers', 'Rye bread', '€5.60', '999999******0018', '104811']) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/\b\d{13,19}\b/);
    await page.keyboard.press('Escape');
    await slip.waitFor({ state: 'detached' });
    await says(page, 'Paid 5.60');
  });

  test('five hundred articles are searched as one types', async () => {
    const { page } = await open();
    await page.keyboard.type('organic', { delay: 30 });
    await page.getByText(/^\d+ items for “organic”$/).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Favourites' }).waitFor();
    await page.keyboard.type('qqq', { delay: 30 });
    await page.getByText('Nothing found for “qqq”').waitFor();
  });
});
