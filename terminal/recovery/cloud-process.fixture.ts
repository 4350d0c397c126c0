import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Cluster } from '#cloud/store/postgres/cluster.ts';
import { startTestCluster, urlsOf } from '#cloud/store/postgres/test-cluster.fixture.ts';

/** The cloud as a process of its own, in a folder that is removed at the end. */
export class CloudProcess {
  readonly dataDir: string;
  enrolmentDir = '';
  databaseUrl = '';
  #child: ChildProcess | undefined;
  /** A PostgreSQL that is not the embedded one. */
  #cluster: Cluster | undefined;

  constructor() {
    this.dataDir = mkdtempSync(path.join(tmpdir(), 'tessera-cloud-'));
    // The database may run as another user, who has to get through.
    chmodSync(this.dataDir, 0o711);
  }

  /** Starts it, or starts it again with the data it has. */
  async start(): Promise<void> {
    const program = path.resolve(import.meta.dirname, '../../cloud/main.ts');
    this.#cluster ??= await startTestCluster(this.dataDir);
    const urls = this.#cluster && (await urlsOf(this.#cluster));
    const args = [
      ...['--data-dir', path.join(this.dataDir, 'cloud')],
      ...(urls ? ['--database-url', urls.databaseUrl] : []),
      ...(urls ? ['--owner-database-url', urls.ownerDatabaseUrl] : []),
    ];
    const child = fork(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child = child;
    const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Record<string, unknown>));
      child.once('exit', (code) => reject(new Error(`the cloud ended with ${code}`)));
    });
    this.enrolmentDir = String(ready['enrolmentDir']);
    this.databaseUrl = String(ready['databaseUrl']);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it and removes what it kept. */
  async remove(): Promise<void> {
    await this.#end('SIGTERM');
    await this.#cluster?.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await gone;
  }
}
