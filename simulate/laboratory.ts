import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readScorer, type VersionedScorer } from '#cloud/scoring/decision-log.ts';
import { DEFAULT_RULES_TEXT } from '#cloud/scoring/scorer-files.ts';
import { DatabaseServer } from './host/database-server.ts';

/** Memory that looks like a disk, where there is one: no run needs what another left. */
const MEMORY = '/dev/shm';

/** What all runs have in common: a database server, a folder, and the rules that score. */
export class Laboratory {
  readonly server: DatabaseServer;
  /** For the disks of terminals. */
  readonly folder: string;
  /** The rules that the product comes with. */
  readonly strict = scorerOf(DEFAULT_RULES_TEXT);
  /** The same without most of them: for cards that pay again and again in a few minutes. */
  readonly lenient = scorerOf(lenientRules());

  private constructor(server: DatabaseServer, folder: string) {
    this.server = server;
    this.folder = folder;
  }

  /** Starts a PostgreSQL of its own. */
  static async open(): Promise<Laboratory> {
    const server = await DatabaseServer.start();
    const parent = await access(MEMORY).then(
      () => MEMORY,
      () => tmpdir(),
    );
    const folder = await mkdtemp(path.join(parent, 'tessera-simulate-'));
    return new Laboratory(server, folder);
  }

  async close(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const FREE = { cumulativeMinor: 100_000_000, taps: 1_000_000 };

function lenientRules(): string {
  const { rules, stepUp, ...rest } = JSON.parse(DEFAULT_RULES_TEXT);
  const [largeAmount] = rules;
  const policy = { ...stepUp, contactless: FREE };
  return JSON.stringify({ ...rest, name: 'lenient', stepUp: policy, rules: [largeAmount] });
}

function scorerOf(rulesText: string): VersionedScorer {
  const scorer = readScorer(rulesText);
  if (!scorer.ok) throw new Error(`rules of the simulation: ${scorer.error.error.path}`);
  return scorer.value;
}
