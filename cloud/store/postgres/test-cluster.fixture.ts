import path from 'node:path';
import { openDatabase } from '../database.ts';
import { openAcquirerRole } from '../roles.ts';
import { type Cluster, startCluster } from './cluster.ts';

/**
 * A cluster of the PostgreSQL whose programs are in the folder `TESSERA_TEST_POSTGRES`, in this
 * data directory; `undefined` when it names none, for the embedded one.
 */
export async function startTestCluster(dataDir: string): Promise<Cluster | undefined> {
  const folder = process.env['TESSERA_TEST_POSTGRES'];
  if (!folder) return undefined;
  const program = (name: string) => path.join(folder, name);
  const binaries = { initdb: program('initdb'), postgres: program('postgres') };
  return startCluster(dataDir, new AbortController().signal, binaries);
}

/** How a cloud uses this cluster: as the acquirer's role, and as the owner to migrate. */
export async function urlsOf({ databaseUrl: ownerDatabaseUrl }: Cluster) {
  const owner = openDatabase(ownerDatabaseUrl);
  const databaseUrl = await openAcquirerRole(owner, ownerDatabaseUrl);
  await owner.destroy();
  return { databaseUrl, ownerDatabaseUrl };
}
