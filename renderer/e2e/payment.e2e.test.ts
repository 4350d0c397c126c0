import { expect, test } from 'vitest';
import { describeWith } from '../../checks/describe-with.ts';
import {
  basketLines,
  beginPayment,
  says,
  scan,
  scanBarcode,
  type TillPage,
  tillPages,
} from './till-page.ts';

describeWith('chromium', 'the payment moment', ([executablePath = '']) => {
  const open = tillPages(executablePath);

  async function openPaying(): Promise<TillPage> {
    const till = await open();
    await beginPayment(till);
    return till;
  }

  test('says what ui and customer are promised, state by state', async () => {
    const { page, terminal } = await openPaying();
    await page.clock.install();
    expect(await page.locator('.payment-amount').innerText()).toBe('5.60');
    expect(await basketLines(page)).toEqual(['Rye bread 2.40', 'Sourdough loaf 3.20']);

    terminal.show({ state: 'reading', progress: { done: 2, expected: 4 } });
    await says(page, 'Keep it there');
    expect(await page.locator('.payment-tile').getAttribute('data-fill')).toBe('50');
    terminal.show({ state: 'reading', progress: { done: 3, expected: 4 } });
    await page.locator('.payment-tile[data-fill="75"]').waitFor();

    terminal.show({ state: 'may-remove' });
    await says(page, 'You can take it away');
    await page.locator('.payment-tile[data-fill="100"]').waitFor();

    terminal.show({ state: 'authorising' });
    await says(page, 'One moment');
    await page.getByText('Waiting for the host to answer.', { exact: true }).waitFor();
    await page.clock.fastForward(4_000);
    await page.getByText(/At most [45] s more\./).waitFor();

    terminal.show({ state: 'approved' });
    await says(page, 'Paid 5.60');
  });

  test('approved moves on by itself, but not while the receipt is read', async () => {
    const { page, terminal } = await openPaying();
    await page.clock.install();
    terminal.show({ state: 'approved' });
    await says(page, 'Paid 5.60');
    await page.keyboard.press('F8');
    await page.getByRole('article').waitFor();
    await page.clock.fastForward(20_000);
    expect(terminal.state.payment?.state).toBe('approved');
    await page.keyboard.press('Escape');
    await page.getByRole('article').waitFor({ state: 'detached' });
    await page.clock.fastForward(7_000);
    await says(page, 'Paid 5.60');
    await page.clock.fastForward(1_000);
    await page.getByText('Ready for the next customer').waitFor();
  });

  test('declined says that nothing was charged, why, and takes another try', async () => {
    const { page, terminal } = await openPaying();
    terminal.show({ state: 'declined', reason: 'insufficient-funds', responseCode: '51' });
    await says(page, 'Not approved. Nothing was charged.');
    await page.getByText('There is not enough money on it.').first().waitFor();
    await page.getByText('Code 51', { exact: true }).waitFor();
    const first = terminal.state.payment?.paymentId;
    await page.keyboard.press('F12');
    await says(page, 'Present your wearable');
    expect(terminal.state.payment?.paymentId).not.toBe(first);
  });

  test('cancelled by Escape gives the basket back', async () => {
    const { page } = await openPaying();
    await page.keyboard.press('Escape');
    await says(page, 'Cancelled. Nothing was charged.');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Pay 5.60' }).waitFor();
    await scan(page, 3);
    await expect.poll(() => basketLines(page)).toHaveLength(3);
  });

  test('once a request may have left, it cannot be cancelled', async () => {
    const { page, terminal } = await openPaying();
    terminal.show({ state: 'authorising' });
    await says(page, 'One moment');
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await scanBarcode(page, '2000000000077');
    await page.getByText('Not added: a payment is under way.').first().waitFor();
    expect(terminal.state.payment?.state).toBe('authorising');
  });

  test('unknown says what is tried and when next; parked, it is followed to its end', async () => {
    const { page, terminal } = await openPaying();
    terminal.show({ state: 'unknown', resolvingAfterMs: 30_000 });
    await says(page, 'We are making sure you are not charged twice');
    await page
      .getByText(/The host was asked once .* Next try in \d+ s\./)
      .first()
      .waitFor();
    await page.keyboard.press('F9');
    await page.getByText('Ready for the next customer').waitFor();
    await page.getByRole('button', { name: /^Parked 1/ }).waitFor();

    await scan(page, 5);
    const paymentId = terminal.state.unresolved[0]?.paymentId;
    terminal.show({ state: 'reversed', reason: 'no-answer' }, paymentId);
    await page.getByText('Parked sale of 5.60: nothing was charged.').first().waitFor();
    await page.keyboard.press('F10');
    await page.getByText('Finish or clear the present basket first.').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('F4');
    await page.keyboard.press('F10');
    await page.getByRole('button', { name: 'Take up again' }).click();
    await page.getByRole('button', { name: 'Pay 5.60' }).waitFor();
    expect(await basketLines(page)).toEqual(['Rye bread 2.40', 'Sourdough loaf 3.20']);
  });

  test('an unknown one that is taken back says so', async () => {
    const { page, terminal } = await openPaying();
    terminal.show({ state: 'unknown', resolvingAfterMs: 1_000 });
    await says(page, 'We are making sure you are not charged twice');
    terminal.show({ state: 'reversed', reason: 'no-answer' });
    await says(page, 'Taken back. Nothing was charged.');
    await page.keyboard.press('F12');
    await says(page, 'Present your wearable');
  });

  test('a reload in the middle of a payment changes nothing', async () => {
    const { page, terminal } = await openPaying();
    terminal.show({ state: 'authorising' });
    await says(page, 'One moment');
    await page.reload();
    await says(page, 'One moment');
    expect(await basketLines(page)).toEqual(['Rye bread 2.40', 'Sourdough loaf 3.20']);
    terminal.show({ state: 'approved' });
    await says(page, 'Paid 5.60');
    await page.reload();
    await says(page, 'Paid 5.60');
    terminal.change({ payment: null });
    await page.getByText('Ready for the next customer').waitFor();
  });

  test('a terminal that goes away is said, and the till goes on when it is back', async () => {
    const { page, server } = await openPaying();
    await server.goAway();
    await page.getByText('The terminal does not answer.').first().waitFor();
    expect(await basketLines(page)).toHaveLength(2);
    server.terminal.show({ state: 'approved' });
    await server.comeBack();
    await says(page, 'Paid 5.60');
    await page.getByText('host', { exact: true }).waitFor();

    await page.keyboard.press('Enter');
    await page.getByText('Ready for the next customer').waitFor();
    await server.goAway();
    await page.getByText('Trying again').first().waitFor();
    await page.keyboard.type('2000000000077');
    await page.keyboard.press('Enter');
    await page.getByText('so 2000000000077 was not added').first().waitFor();
    await server.comeBack();
    await page.getByText('reader', { exact: true }).waitFor();
    await scanBarcode(page, '2000000000077');
    await page.getByRole('button', { name: /^Pay \d/ }).waitFor();
  });

  test('host and reader become sentences when they are not well', async () => {
    const { page, terminal } = await open();
    terminal.change({
      health: {
        host: 'down',
        session: 'signed-on',
        undelivered: 0,
        reader: 'absent',
        readerNames: [],
      },
    });
    await page.getByText('Host not reached. Check the network.').waitFor();
    await page.getByText('No reader. Plug it in.').waitFor();
  });
});
