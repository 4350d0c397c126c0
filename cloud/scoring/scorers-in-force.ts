import { appendAudit, OPERATOR_SHARD } from '../audit/audit-log.ts';
import { atomically, type Queries, type UnitOfWork } from '../store/database.ts';
import { type LiveScorers, readScorer, type VersionedScorer } from './decision-log.ts';
import { storeScorers } from './decision-store.ts';

/** The files of what scores, by their digests. */
interface InForce {
  readonly sequence: number;
  readonly rules_digest: string;
  readonly model_digest: string | null;
  readonly challenger_rules_digest: string | null;
  readonly challenger_model_digest: string | null;
}

/**
 * Puts rules and models in force for all nodes on this database, whatever files they were started
 * with. False when they are in force already.
 */
export async function putInForce(db: Queries, scorers: LiveScorers, now: Date): Promise<boolean> {
  await storeScorers(db, scorers, now);
  const { deciding, challenger } = scorers;
  const digests = {
    rules_digest: deciding.rulesDigest,
    model_digest: deciding.modelDigest ?? null,
    challenger_rules_digest: challenger?.rulesDigest ?? null,
    challenger_model_digest: challenger?.modelDigest ?? null,
  };
  return atomically(db, async (unit) => add(unit, await findInForce(unit), digests, now));
}

/**
 * Has another scorer be the challenger in all nodes, or none; what decides stays: what is in force,
 * or `deciding` while nothing is. False when it is so already.
 */
export function putChallengerInForce(
  db: Queries,
  { deciding, challenger }: LiveScorers,
  now: Date,
): Promise<boolean> {
  return atomically(db, async (unit) => {
    await storeScorers(unit, { deciding, challenger }, now);
    const last = await findInForce(unit);
    const digests = {
      rules_digest: last ? last.rules_digest : deciding.rulesDigest,
      model_digest: last ? last.model_digest : (deciding.modelDigest ?? null),
      challenger_rules_digest: challenger?.rulesDigest ?? null,
      challenger_model_digest: challenger?.modelDigest ?? null,
    };
    return add(unit, last, digests, now);
  });
}

/** Who adds to the same at the same time collides, and is tried again from its start. */
async function add(
  unit: UnitOfWork,
  last: InForce | undefined,
  digests: Omit<InForce, 'sequence'>,
  now: Date,
): Promise<boolean> {
  if (last && isSame(last, digests)) return false;
  const sequence = (last?.sequence ?? 0) + 1;
  await unit
    .insertInto('scorers_in_force')
    .values({ sequence, ...digests, since: now })
    .execute();
  const details = { sequence, ...digests };
  await appendAudit(unit, OPERATOR_SHARD, { act: 'scorers-in-force', at: now, details });
  return true;
}

/** What scores in a node: what it was started with, until something else is put in force. */
export class ScorersInForce implements LiveScorers {
  deciding: VersionedScorer;
  challenger: VersionedScorer | undefined;
  #sequence = 0;

  constructor({ deciding, challenger }: LiveScorers) {
    this.deciding = deciding;
    this.challenger = challenger;
  }

  /**
   * Takes over what was put in force since; false when nothing was. Throws, and goes on as before,
   * when this version does not understand it.
   */
  async follow(db: Queries): Promise<boolean> {
    const found = await findInForce(db);
    if (!found || found.sequence === this.#sequence) return false;
    const { challenger_rules_digest: rules, challenger_model_digest: model } = found;
    const deciding = await openScorer(db, found.rules_digest, found.model_digest);
    const challenger = rules === null ? undefined : await openScorer(db, rules, model);
    this.deciding = deciding;
    this.challenger = challenger;
    this.#sequence = found.sequence;
    return true;
  }
}

function findInForce(db: Queries): Promise<InForce | undefined> {
  return db
    .selectFrom('scorers_in_force')
    .selectAll()
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function isSame(last: InForce, digests: Omit<InForce, 'sequence'>): boolean {
  return (
    last.rules_digest === digests.rules_digest &&
    last.model_digest === digests.model_digest &&
    last.challenger_rules_digest === digests.challenger_rules_digest &&
    last.challenger_model_digest === digests.challenger_model_digest
  );
}

async function openScorer(
  db: Queries,
  rulesDigest: string,
  modelDigest: string | null,
): Promise<VersionedScorer> {
  const contentOf = async (digest: string) => {
    const file = db.selectFrom('scoring_files').select('content').where('digest', '=', digest);
    return (await file.executeTakeFirstOrThrow()).content;
  };
  const model = modelDigest === null ? undefined : await contentOf(modelDigest);
  const scorer = readScorer(await contentOf(rulesDigest), model);
  if (scorer.ok) return scorer.value;
  const { file, error } = scorer.error;
  throw new Error(`the ${file} that are in force are refused: ${error.kind} at ${error.path}`);
}
