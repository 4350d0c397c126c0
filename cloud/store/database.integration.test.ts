import { afterAll, beforeAll, expect, test } from 'vitest';
import { balanceMinor, book, transfer } from '../ledger/ledger.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { serializable } from './database.ts';

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await RunningCloud.start();
});
afterAll(() => cloud?.stop());

test('of many that look and then book at once, no more book than there is for', async () => {
  const [account, currency] = ['test-account', '978'];
  const fund = transfer('source', account, 3n, currency);
  const own = { terminalId: '10000001' };
  await serializable(cloud.db, (unit) => book(unit, { ...own, entryId: 'fund', postings: fund }));
  const spend = (entryId: string) =>
    serializable(cloud.db, async (unit) => {
      if ((await balanceMinor(unit, account, currency)) < 1n) return false;
      const postings = transfer(account, 'shop', 1n, currency);
      await book(unit, { ...own, entryId, postings });
      return true;
    });
  const spent = await Promise.all(Array.from({ length: 8 }, (_, i) => spend(`spend-${i}`)));
  expect(spent.filter(Boolean)).toHaveLength(3);
  expect(await balanceMinor(cloud.db, account, currency)).toBe(0n);
});

test('what another attempt cannot mend is thrown at once', async () => {
  let attempts = 0;
  const failing = serializable(cloud.db, async () => {
    attempts += 1;
    throw new Error('broken');
  });
  await expect(failing).rejects.toThrow('broken');
  expect(attempts).toBe(1);
});
