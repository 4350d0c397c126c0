import type { Json } from '../vector-kind.ts';
import { inNumbers, type ListedFailure, type MutationResult, type Report } from './report.ts';

/** The report for a window: a line per kind, then every failure, then the sum. */
export function writeTextReport(report: Report): string {
  const { kinds, failures, files, mutations } = report;
  const faults = files.flatMap(({ name, faults: of }) => of.map((fault) => ({ name, ...fault })));
  return [
    ...table(
      ['kind', 'vectors', 'passed', 'failed', 'ms'],
      kinds.map(({ kind, vectors, passed, failed, ms }) => [
        kind,
        vectors,
        passed,
        failed,
        ms.toFixed(1),
      ]),
    ),
    ...(mutations && mutations.table.length > 0 ? ['', ...mutationLines(mutations)] : []),
    ...failures.flatMap(failureLines),
    ...(mutations?.failures.flatMap(mutationFailureLines) ?? []),
    ...faults.flatMap(({ name, kind, detail }) => ['', `FAILED  ${kind}  ${name}`, `  ${detail}`]),
    '',
    sumLine(report),
    '',
  ]
    .map(shown)
    .join('\n');
}

/** A pack is another's: none of its text may move the cursor of a terminal. */
function shown(line: string): string {
  return line.replaceAll(/\p{C}/gu, '?');
}

function sumLine(report: Report): string {
  const { passed, summary, filter } = report;
  if (summary.vectors === 0 && summary.fileFaults === 0) {
    const why = filter ? `no vector holds “${filter}”` : 'there are no vectors';
    return `Failed: nothing ran, ${why}.`;
  }
  return `${passed ? 'Passed' : 'Failed'}: ${inNumbers(report)}.`;
}

function mutationLines({ table: rows }: MutationResult): readonly string[] {
  const cells = rows.map(({ kind, damage, made, refused, accepted, crashed }) => [
    `${kind} ${damage}`,
    made,
    refused,
    accepted,
    crashed,
  ]);
  return table(['damaged inputs', 'made', 'refused', 'accepted', 'crashed'], cells);
}

function failureLines(failure: ListedFailure): readonly string[] {
  const { kind, id, reason, file, differences, expected, actual } = failure;
  const places = differences.filter(({ path }) => path !== '');
  return [
    '',
    `FAILED  ${kind}  ${id}  ${reason}`,
    `  in        ${file}`,
    ...(places.length === 0 ? compared('', expected, actual) : []),
    ...places.flatMap((place) => [
      `  at        ${place.path}`,
      ...compared('  ', place.expected, place.actual),
    ]),
  ];
}

function compared(indent: string, expected: Json, actual: Json | undefined): readonly string[] {
  const found = actual === undefined ? 'nothing' : JSON.stringify(actual);
  return [`${indent}  expected  ${JSON.stringify(expected)}`, `${indent}  actual    ${found}`];
}

function mutationFailureLines(failure: MutationResult['failures'][number]): readonly string[] {
  const { kind, id, reason, name, input, actual } = failure;
  return [
    '',
    `FAILED  ${kind}  ${id}  damaged input ${reason}`,
    `  damage    ${name}`,
    `  input     ${JSON.stringify(input)}`,
    `  actual    ${JSON.stringify(actual)}`,
  ];
}

/** The first column to the left, the others to the right. */
function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): readonly string[] {
  const lines = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  '),
  );
}
