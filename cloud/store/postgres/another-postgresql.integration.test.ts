import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { describeWith } from '../../../checks/describe-with.ts';
import { RunningCloud } from '../../running-cloud.fixture.ts';

const run = promisify(execFile);

describeWith('postgresql', 'the cloud on another PostgreSQL by its URL', ([, postgres = '']) => {
  test('these tests do run on it, and not on the embedded one', async () => {
    const { stdout } = await run(postgres, ['--version']);
    const cloud = await RunningCloud.start();
    try {
      const { rows } = await sql<{ server_version: string }>`show server_version`.execute(cloud.db);
      expect(stdout).toContain(` ${rows[0]?.server_version}`);
      expect(cloud.lines.join()).not.toContain('PostgreSQL was');
    } finally {
      await cloud.stop();
    }
  });
});
