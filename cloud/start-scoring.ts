import { randomUUID } from 'node:crypto';
import type { Acquirer } from './acquirer/acquirer.ts';
import { eventsOf } from './nodes/shared-counters.ts';
import type { LiveScorers } from './scoring/decision-log.ts';
import { FraudLabelFeed } from './scoring/fraud-labels.ts';
import { ScorersInForce } from './scoring/scorers-in-force.ts';
import { VelocityCounters } from './scoring/velocity.ts';
import { errorCode, type Queries } from './store/database.ts';

/** What scoring needs of the cloud that it is part of. */
export interface ScoringHome {
  readonly db: Queries;
  /** Undefined is only one node. */
  readonly natsUrl: string | undefined;
  readonly log: (line: string) => void;
  /** What is to be done at the end is added here. */
  readonly stops: (() => Promise<void>)[];
}

/** How long a label may wait until scores know of it. */
const LABEL_POLL_MS = 60_000;
/** How long what was put in force elsewhere may go unnoticed. */
const SCORERS_POLL_MS = 1_000;

/**
 * What decisions are scored and counted by, kept up to date while the cloud runs: with labels, with
 * what is put in force, and with what other nodes decide where there are several.
 */
export async function startScoring(
  home: ScoringHome,
  scorers: LiveScorers,
): Promise<Pick<Acquirer, 'scorers' | 'velocity' | 'outbox'>> {
  const { db, natsUrl, log, stops } = home;
  const inForce = await followScorers(home, scorers);
  const rebuiltAt = new Date();
  const stored: string[] = [];
  const velocity = await VelocityCounters.rebuild(db, rebuiltAt, (payment) => {
    if (natsUrl) stored.push(...eventsOf(payment, rebuiltAt));
  });
  await followLabels(home, velocity);
  if (!natsUrl) return { scorers: inForce, velocity };
  const { joinNodes } = await import('./nodes/join-nodes.ts');
  const known = { rebuiltAt, stored };
  const nodeId = randomUUID();
  const member = joinNodes({ db, nodeId, natsUrl, counters: velocity, known, log });
  stops.push(() => member.leave());
  return { scorers: inForce, velocity, outbox: member.outbox };
}

async function followLabels({ db, stops }: ScoringHome, velocity: VelocityCounters): Promise<void> {
  const labels = new FraudLabelFeed(db, velocity);
  await labels.poll();
  // One that fails is made up for by the next.
  const timer = setInterval(() => void labels.poll().catch(() => 0), LABEL_POLL_MS);
  stops.push(async () => clearInterval(timer));
}

async function followScorers(
  { db, log, stops }: ScoringHome,
  scorers: LiveScorers,
): Promise<LiveScorers> {
  const inForce = new ScorersInForce(scorers);
  const follow = async () => {
    if (await inForce.follow(db)) log(`rules ${inForce.deciding.rulesDigest} are in force`);
  };
  await follow();
  let last = Promise.resolve();
  let refused = '';
  const timer = setInterval(() => {
    last = last.then(follow).catch((cause) => {
      const reason = reasonOf(cause);
      if (reason !== refused) log(`what was put in force is not followed: ${reason}`);
      refused = reason;
    });
  }, SCORERS_POLL_MS);
  stops.push(() => {
    clearInterval(timer);
    return last;
  });
  return inForce;
}

/** A database's code, or what is wrong with a file. */
function reasonOf(cause: unknown): string {
  const code = errorCode(cause);
  return code === 'unknown' && cause instanceof Error ? cause.message : `database-failure ${code}`;
}
