import type { Difference } from '../compare.ts';
import type { FailureReason, MutationTally } from '../judge.ts';
import type { VectorFile } from '../pack.ts';
import type { PackFault } from '../pack-text.ts';
import type { VectorRun } from '../run.ts';
import type { Json } from '../vector-kind.ts';
import type { Build } from './build.ts';

/** All that a run found, as plain data: every form of the report is made of this. */
export interface Report {
  readonly schema: 'tessera-report-1';
  /** Every vector passed, every damaged input was refused, no file has a fault, something ran. */
  readonly passed: boolean;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  readonly build: Build;
  readonly filter: string;
  readonly summary: ReportSummary;
  readonly kinds: readonly KindResult[];
  readonly failures: readonly ListedFailure[];
  /** Absent when no damaged inputs were asked for. */
  readonly mutations?: MutationResult;
  readonly files: readonly FileResult[];
  readonly vectors: readonly VectorResult[];
}

/** The run in numbers. */
export interface ReportSummary {
  readonly vectors: number;
  readonly passed: number;
  readonly failed: number;
  readonly fileFaults: number;
  readonly damagedInputs: number;
  readonly damagedInputsNotRefused: number;
  readonly ms: number;
}

/** One kind of vectors in numbers. */
export interface KindResult {
  readonly kind: string;
  readonly vectors: number;
  readonly passed: number;
  readonly failed: number;
  readonly ms: number;
}

/** A vector that did not pass, with what it should have given. */
export interface ListedFailure {
  readonly file: string;
  readonly kind: string;
  readonly id: string;
  readonly reason: FailureReason;
  readonly input: Json;
  readonly expected: Json;
  readonly actual: Json;
  readonly differences: readonly Difference[];
}

/** What became of the damaged inputs. */
export interface MutationResult {
  readonly table: readonly (Readonly<MutationTally> & { readonly kind: string })[];
  readonly failures: readonly {
    readonly file: string;
    readonly kind: string;
    readonly id: string;
    readonly reason: 'accepted' | 'crashed' | 'hang';
    /** The damage and its details. */
    readonly name: string;
    readonly input: Json;
    readonly actual: Json;
  }[];
}

/** A file that was read. */
export interface FileResult {
  readonly name: string;
  readonly sha256: string;
  readonly lengthBytes: number;
  readonly kind: string;
  readonly source: string;
  readonly vectors: number;
  readonly ran: number;
  readonly passed: number;
  readonly faults: readonly PackFault[];
}

/** One vector that ran. */
export interface VectorResult {
  readonly file: string;
  readonly kind: string;
  readonly id: string;
  readonly passed: boolean;
  readonly ms: number;
}

/** Puts together what a run found. */
export function buildReport(
  files: readonly VectorFile[],
  runs: readonly VectorRun[],
  about: { readonly madeAt: string; readonly build: Build; readonly filter: string },
): Report {
  const failures = runs.flatMap((run) => listedFailure(run, files));
  const mutations = mutationResult(runs);
  const count = (part: 'made' | 'refused'): number =>
    mutations?.table.reduce((sum, row) => sum + row[part], 0) ?? 0;
  const notEnded = runs.filter((run) => run.mutationsEnd).length;
  const summary: ReportSummary = {
    vectors: runs.length,
    passed: runs.length - failures.length,
    failed: failures.length,
    fileFaults: files.reduce((sum, file) => sum + file.faults.length, 0),
    damagedInputs: count('made'),
    damagedInputsNotRefused: count('made') - count('refused') + notEnded,
    ms: milliseconds(runs),
  };
  const { failed, fileFaults, damagedInputsNotRefused } = summary;
  const passed = runs.length > 0 && failed + fileFaults + damagedInputsNotRefused === 0;
  return {
    schema: 'tessera-report-1',
    passed,
    ...about,
    summary,
    kinds: kindResults(runs),
    failures,
    ...(mutations && { mutations }),
    files: files.map((file) => fileResult(file, runs)),
    vectors: runs.map(({ file, kind, id, failure, ms }) => ({
      file,
      kind,
      id,
      passed: !failure,
      ms: rounded(ms),
    })),
  };
}

/** The result of a run as the middle of a sentence. */
export function inNumbers({ summary }: Report): string {
  const { vectors, passed, fileFaults, damagedInputs, damagedInputsNotRefused } = summary;
  const refused = damagedInputs - damagedInputsNotRefused;
  return [
    `${grouped(passed)} of ${grouped(vectors)} vectors passed`,
    ...(damagedInputs > 0
      ? [`${grouped(refused)} of ${grouped(damagedInputs)} damaged inputs refused`]
      : []),
    ...(fileFaults > 0 ? [`${fileFaults} ${fileFaults === 1 ? 'fault' : 'faults'} of files`] : []),
  ].join(', ');
}

/** A whole number for people, its thousands grouped. */
export function grouped(count: number): string {
  return count.toLocaleString('en');
}

function listedFailure(
  { file, kind, id, failure }: VectorRun,
  files: readonly VectorFile[],
): readonly ListedFailure[] {
  if (!failure) return [];
  const vectors = files.find(({ name }) => name === file)?.vectors;
  const input = vectors?.find((vector) => vector.id === id)?.input ?? null;
  return [{ file, kind, id, input, differences: [], ...failure }];
}

function kindResults(runs: readonly VectorRun[]): readonly KindResult[] {
  return [...Map.groupBy(runs, ({ kind }) => kind)]
    .map(([kind, of]) => {
      const failed = of.filter(({ failure }) => failure).length;
      const vectors = of.length;
      return { kind, vectors, passed: vectors - failed, failed, ms: milliseconds(of) };
    })
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

function fileResult(file: VectorFile, runs: readonly VectorRun[]): FileResult {
  const { name, sha256, lengthBytes, kind, source, vectors, faults } = file;
  const ran = runs.filter((run) => run.file === name);
  const passed = ran.filter(({ failure }) => !failure).length;
  const counts = { vectors: vectors.length, ran: ran.length, passed };
  return { name, sha256, lengthBytes, kind, source, ...counts, faults };
}

function mutationResult(runs: readonly VectorRun[]): MutationResult | undefined {
  if (!runs.some(({ mutations, mutationsEnd }) => mutations ?? mutationsEnd)) return undefined;
  const rows = new Map<string, MutationTally & { readonly kind: string }>();
  for (const { kind, mutations } of runs) {
    for (const { damage, ...tally } of mutations?.tallies ?? []) {
      const key = `${kind} ${damage}`;
      const row = rows.get(key) ?? { kind, damage, made: 0, refused: 0, accepted: 0, crashed: 0 };
      for (const part of ['made', 'refused', 'accepted', 'crashed'] as const) {
        row[part] += tally[part];
      }
      rows.set(key, row);
    }
  }
  const table = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return { table, failures: runs.flatMap(mutationFailures) };
}

function mutationFailures(run: VectorRun): MutationResult['failures'] {
  const { file, kind, id, mutations, mutationsEnd } = run;
  const listed = mutations?.failures ?? [];
  const ended = { file, kind, id, name: 'all of them together', input: null, actual: null };
  return [
    ...listed.map(({ damage, name, reason, input, actual }) => ({
      file,
      kind,
      id,
      reason,
      name: `${damage}: ${name}`,
      input,
      actual,
    })),
    ...(mutationsEnd ? [{ ...ended, reason: mutationsEnd }] : []),
  ];
}

function milliseconds(runs: readonly VectorRun[]): number {
  return rounded(runs.reduce((sum, { ms }) => sum + ms, 0));
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
