import { expect, test } from 'vitest';
import { digestsOf } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';

test('no migration that was released is another one now', async () => {
  const digests = await digestsOf(MIGRATIONS);
  expect(
    Object.fromEntries([...digests].map(([name, digest]) => [name, digest.slice(0, 16)])),
  ).toMatchInlineSnapshot(`
    {
      "0001-payments": "cccfbfea8e5ea4de",
      "0002-ledger": "2f660609bb374d78",
      "0003-ledger-guards": "6be5be387cf8a217",
      "0004-terminals": "3eb419f7337301f0",
      "0005-ledger-transfers": "69b9cb640aa21d0d",
      "0006-life-cycle": "b17a7a710c81c474",
      "0007-audit-log": "728157c96bf8d925",
      "0008-disputes": "afc8138e5236a2b4",
      "0009-issuer-rules": "b32ee3429a7c3af3",
      "0010-holds": "e4c231aa02076309",
      "0011-decisions": "7cc1da940c857793",
      "0012-fido": "7bace8ebea064ea8",
      "0013-api-keys": "640c8a870f5615fe",
      "0014-migration-digests": "d61890022ba1e262",
      "0015-nodes": "b0bcb520c0dff466",
      "0016-api-records": "26d2e2516b8709b0",
      "0017-webhooks": "9b52a8d44fbfb990",
      "0018-payouts": "d43a0ef4303d36ed",
      "0019-mac-key-age": "2a7b3ac915d7764a",
      "0020-growth": "fe83605830d3507f",
      "0021-operations-sessions": "b9e6a99792164d2e",
    }
  `);
});
