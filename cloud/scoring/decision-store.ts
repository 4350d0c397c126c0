import { appendAudit, OPERATOR_SHARD } from '../audit/audit-log.ts';
import { atomically, type Queries } from '../store/database.ts';
import {
  type LiveScorers,
  type LoggedDecision,
  type ReplayFault,
  readScorer,
  replayDecision,
  type VersionedScorer,
} from './decision-log.ts';

/** A decision as it is stored, and what is known of the payment by now. */
export interface StoredDecision {
  readonly terminalId: string;
  readonly stan: string;
  readonly transmittedAt: string;
  readonly decidedAt: Date;
  readonly isFraud: boolean;
  readonly logged: LoggedDecision;
}

/** Keeps the files of the scorers for good; before one of them decides anything. */
export async function storeScorers(db: Queries, scorers: LiveScorers, now: Date): Promise<void> {
  for (const scorer of [scorers.deciding, scorers.challenger]) {
    if (!scorer) continue;
    const { rulesDigest, rulesText, modelDigest, modelText } = scorer;
    const files = [
      { digest: rulesDigest, kind: 'rules' as const, content: rulesText },
      ...(modelDigest !== undefined && modelText !== undefined
        ? [{ digest: modelDigest, kind: 'model' as const, content: modelText }]
        : []),
    ];
    await db
      .insertInto('scoring_files')
      .values(files.map((file) => ({ ...file, first_used_at: now })))
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .execute();
  }
}

/**
 * Writes into the audit log what a cloud starts with: what decides, and what is watched beside it,
 * until others are put in force.
 */
export async function auditScorers(
  db: Queries,
  { deciding, challenger }: LiveScorers,
  now: Date,
): Promise<void> {
  const details = {
    rulesDigest: deciding.rulesDigest,
    modelDigest: deciding.modelDigest,
    challengerRulesDigest: challenger?.rulesDigest,
    challengerModelDigest: challenger?.modelDigest,
  };
  const entry = { act: 'scorers-live', at: now, details };
  await atomically(db, (unit) => appendAudit(unit, OPERATOR_SHARD, entry));
}

/** Decisions are read in pieces of so many. */
const PAGE = 5_000;

/** All stored decisions, in the order of their terminals, times and numbers. */
export async function* readDecisions(db: Queries): AsyncGenerator<StoredDecision> {
  let after = { terminal_id: '', transmitted_at: '', stan: '' };
  for (;;) {
    const rows = await pageAfter(db, after);
    for (const row of rows) {
      yield {
        terminalId: row.terminal_id,
        stan: row.stan,
        transmittedAt: row.transmitted_at,
        decidedAt: row.decided_at,
        isFraud: row.known_at !== null,
        logged: {
          features: row.features,
          deciding: logged(row.rules_digest, row.model_digest, row.result),
          challenger:
            row.challenger_rules_digest === null || row.challenger_result === null
              ? null
              : logged(
                  row.challenger_rules_digest,
                  row.challenger_model_digest,
                  row.challenger_result,
                ),
        },
      };
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last;
  }
}

/** What computing all stored decisions again came to. */
export interface ReplayReport {
  readonly decisions: number;
  readonly same: number;
  readonly faults: readonly (Pick<StoredDecision, 'terminalId' | 'stan' | 'transmittedAt'> & {
    readonly fault: ReplayFault;
  })[];
}

/** Computes every stored decision again, by the files that decided it, and compares all bits. */
export async function replayStored(db: Queries): Promise<ReplayReport> {
  const files = await db.selectFrom('scoring_files').select(['digest', 'content']).execute();
  const contents = new Map(files.map(({ digest, content }) => [digest, content]));
  const scorers = new Map<string, VersionedScorer | undefined>();
  const find = (rulesDigest: string, modelDigest: string | null) => {
    const key = `${rulesDigest} ${modelDigest}`;
    if (!scorers.has(key)) scorers.set(key, openScorer(contents, rulesDigest, modelDigest));
    return scorers.get(key);
  };
  const faults: ReplayReport['faults'][number][] = [];
  let decisions = 0;
  for await (const { terminalId, stan, transmittedAt, logged } of readDecisions(db)) {
    decisions++;
    const replayed = replayDecision(logged, find);
    if (!replayed.ok) faults.push({ terminalId, stan, transmittedAt, fault: replayed.error });
  }
  return { decisions, same: decisions - faults.length, faults };
}

/** The digests that are found again are those of the content, whatever the database says. */
function openScorer(
  contents: ReadonlyMap<string, string>,
  rulesDigest: string,
  modelDigest: string | null,
): VersionedScorer | undefined {
  const rules = contents.get(rulesDigest);
  const model = modelDigest === null ? undefined : contents.get(modelDigest);
  if (rules === undefined || (modelDigest !== null && model === undefined)) return undefined;
  const scorer = readScorer(rules, model);
  if (!scorer.ok) return undefined;
  const { value } = scorer;
  const isSame = value.rulesDigest === rulesDigest && (value.modelDigest ?? null) === modelDigest;
  return isSame ? value : undefined;
}

function logged(rulesDigest: string, modelDigest: string | null, result: string) {
  return { rulesDigest, modelDigest, result };
}

interface Place {
  readonly terminal_id: string;
  readonly transmitted_at: string;
  readonly stan: string;
}

function pageAfter(db: Queries, after: Place) {
  const { terminal_id, transmitted_at, stan } = after;
  return db
    .selectFrom('decisions')
    .leftJoin('fraud_labels', (join) =>
      join
        .onRef('fraud_labels.terminal_id', '=', 'decisions.terminal_id')
        .onRef('fraud_labels.stan', '=', 'decisions.stan')
        .onRef('fraud_labels.transmitted_at', '=', 'decisions.transmitted_at'),
    )
    .selectAll('decisions')
    .select('fraud_labels.known_at')
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('decisions.terminal_id', 'decisions.stan', 'decisions.transmitted_at'),
        '>',
        tuple(terminal_id, stan, transmitted_at),
      ),
    )
    .orderBy('decisions.terminal_id')
    .orderBy('decisions.stan')
    .orderBy('decisions.transmitted_at')
    .limit(PAGE)
    .execute();
}
