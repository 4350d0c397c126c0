import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { atomically } from '../store/database.ts';
import { type AuditRow, appendAudit, verifyAudit, verifyChains } from './audit-log.ts';

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await RunningCloud.start();
  for (let stan = 0; stan < 5; stan++) await append('one', stan);
  await append('other', 0);
});
afterAll(() => cloud?.stop());

const append = (shard: string, stan: number) =>
  atomically(cloud.db, (unit) =>
    appendAudit(unit, shard, { act: 'tested', at: new Date(0), details: { stan } }),
  );
const rows = (): Promise<readonly AuditRow[]> =>
  cloud.db.selectFrom('audit_log').selectAll().orderBy('shard').orderBy('sequence').execute();

test('many at once make one chain without a gap', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, i) => append('busy', i)));
  const { broken, heads } = await verifyAudit(cloud.db);
  expect(broken).toEqual([]);
  expect(heads.find(({ shard }) => shard === 'busy')?.sequence).toBe(20n);
});

test('the log is read page by page, whatever the pages cut', async () => {
  const whole = await verifyAudit(cloud.db);
  expect(whole).toEqual(verifyChains(await rows()));
  expect(whole.heads.length).toBeGreaterThan(2);
  for (const pageRows of [1, 2, 3, 7, whole.entries]) {
    expect(await verifyAudit(cloud.db, whole.heads, pageRows)).toEqual(whole);
  }
});

test('the first broken link of a chain is named, whatever was done to it', async () => {
  const sound = await rows();
  const at = sound.findIndex(({ shard, sequence }) => shard === 'one' && sequence === 3n);
  const third = sound[at];
  if (!third) throw new Error('there is a third');
  const replaced = (change: Partial<AuditRow>) => sound.with(at, { ...third, ...change });
  const other = new Uint8Array(32);
  const damages: readonly (readonly [readonly AuditRow[], bigint, string])[] = [
    [sound.toSpliced(at, 1), 3n, 'missing'],
    [replaced({ entry: third.entry.replace('"stan":2', '"stan":9') }), 3n, 'hash-mismatch'],
    [replaced({ hash: other }), 3n, 'hash-mismatch'],
    [replaced({ previous_hash: other }), 3n, 'link-mismatch'],
    [replaced({ sequence: 4n }), 3n, 'missing'],
  ];
  for (const [damaged, sequence, why] of damages) {
    expect(verifyChains(damaged).broken).toEqual([{ shard: 'one', sequence, why }]);
  }
});

test('what was cut off the end shows against a head that was kept', async () => {
  const sound = await rows();
  const { heads, broken } = verifyChains(sound);
  expect(broken).toEqual([]);
  const cut = sound.filter(({ shard, sequence }) => shard !== 'one' || sequence < 4n);
  expect(verifyChains(cut).broken).toEqual([]);
  expect(verifyChains(cut, heads).broken).toEqual([{ shard: 'one', sequence: 4n, why: 'missing' }]);
  const gone = sound.filter(({ shard }) => shard !== 'other');
  expect(verifyChains(gone, heads).broken).toMatchObject([{ shard: 'other', sequence: 1n }]);
  const rewritten = heads.map((head) => ({ ...head, hash: '00'.repeat(32) }));
  expect(verifyChains(sound, rewritten).broken[0]).toMatchObject({ why: 'head-mismatch' });
});

test('what is written can be neither changed nor removed', async () => {
  for (const statement of [
    sql`update audit_log set entry = ''`,
    sql`delete from audit_log`,
    sql`truncate audit_log`,
  ]) {
    await expect(statement.execute(cloud.db)).rejects.toThrow('append-only');
  }
});
