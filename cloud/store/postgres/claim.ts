import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** That a cluster is used by this process and no other. */
export interface Claim {
  release(): Promise<void>;
}

/** Any number: only clouds ask for this lock. */
const LOCK_ID = 7_355_001;
const CONNECT_TIMEOUT_MS = 2_000;
const PATIENCE_MS = 3_000;
const POLL_MS = 50;

/**
 * Takes the cluster at this URL for this process, by a lock that the server gives up when the
 * process ends, however it ends. `undefined` when what listens there is not this cluster. Throws
 * when another process has it.
 */
export async function claimCluster(
  clusterDir: string,
  databaseUrl: string,
): Promise<Claim | undefined> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  const release = () => client.end().catch(() => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    if (rows[0]?.data_directory === clusterDir) {
      if (await takeLock(client)) return { release };
      throw new Error('another cloud uses this data directory');
    }
  } catch (cause) {
    await release();
    // The driver's errors name a code; ours does not.
    if (cause instanceof Error && !Reflect.has(cause, 'code')) throw cause;
    return undefined;
  }
  await release();
  return undefined;
}

/** A cloud that was killed a moment ago may still seem to be connected. */
async function takeLock(client: pg.Client): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  do {
    const { rows } = await client.query<{ taken: boolean }>(
      'select pg_try_advisory_lock($1) as taken',
      [LOCK_ID],
    );
    if (rows[0]?.taken) return true;
    await sleep(POLL_MS);
  } while (Date.now() < deadline);
  return false;
}
