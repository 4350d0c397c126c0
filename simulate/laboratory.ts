import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { VersionedScorer } from '#cloud/scoring/decision-log.ts';
import { readScorers } from '#cloud/scoring/scorer-files.ts';
import { DatabaseServer } from './host/database-server.ts';

/** Memory that looks like a disk, where there is one: no run needs what another left. */
const MEMORY = '/dev/shm';

/** What all runs have in common: a database server, a folder, and the rules that score. */
export class Laboratory {
  readonly server: DatabaseServer;
  /** For the disks of terminals. */
  readonly folder: string;
  readonly scorer: VersionedScorer;

  private constructor(server: DatabaseServer, folder: string, scorer: VersionedScorer) {
    this.server = server;
    this.folder = folder;
    this.scorer = scorer;
  }

  /** Starts a PostgreSQL of its own. */
  static async open(): Promise<Laboratory> {
    const scorers = await readScorers({});
    if (!scorers.ok) throw new Error(scorers.error);
    const server = await DatabaseServer.start();
    const parent = await access(MEMORY).then(
      () => MEMORY,
      () => tmpdir(),
    );
    const folder = await mkdtemp(path.join(parent, 'tessera-simulate-'));
    return new Laboratory(server, folder, scorers.value.deciding);
  }

  async close(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
