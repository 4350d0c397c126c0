import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RunningCloud } from '../running-cloud.fixture.ts';

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await RunningCloud.start();
});
afterAll(() => cloud?.stop());

test('taps whose issuer answered too late ask nobody to verify', async () => {
  const terminal = await cloud.connect();
  const card = await cloud.card('silent');
  const tap = async () => {
    const sale = terminal.sale(card, { amountMinor: 100n });
    const answer = terminal.open(await terminal.exchange(sale.bytes));
    return { sale, code: answer.fields[39] };
  };
  await cloud.configure(card, { fault: 'late' });
  for (let count = 0; count < 5; count++) {
    const { sale, code } = await tap();
    expect(code).toBe('91');
    const isReversed = async () =>
      expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'reversed' }]);
    await vi.waitFor(isReversed, { timeout: 30_000, interval: 100 });
  }
  await cloud.configure(card, { fault: 'none' });
  // It is the sixth in a row without verification, and the first that was paid.
  expect((await tap()).code).toBe('00');
}, 120_000);
