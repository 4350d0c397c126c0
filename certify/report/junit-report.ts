import type { ListedFailure, MutationResult, Report } from './report.ts';

/** The report as JUnit XML: a suite per kind, one for the files, one for damaged inputs. */
export function writeJunitReport(report: Report): string {
  const failures = new Map(report.failures.map((failure) => [caseKey(failure), failure]));
  const kinds = report.kinds.map(({ kind }) => {
    const vectors = report.vectors.filter((vector) => vector.kind === kind);
    const cases = vectors.map((vector) => {
      const failure = failures.get(caseKey(vector));
      return testCase(kind, vector.id, vector.ms, failure && failureText(failure));
    });
    return suite(kind, cases);
  });
  const files = report.files.map(({ name, faults }) => {
    const fault = faults.map(({ kind, detail }) => `${kind}: ${detail}`).join('\n');
    return testCase('files', name, 0, fault || undefined);
  });
  const damaged = report.mutations ? [suite('damaged inputs', damageCases(report.mutations))] : [];
  const time = (report.summary.ms / 1000).toFixed(6);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tessera certify" time="${time}" timestamp="${report.madeAt}">`,
    ...kinds,
    suite('files', files),
    ...damaged,
    '</testsuites>',
    '',
  ].join('\n');
}

function caseKey({ file, kind, id }: Pick<ListedFailure, 'file' | 'kind' | 'id'>): string {
  return JSON.stringify([file, kind, id]);
}

function failureText({ file, reason, expected, actual }: ListedFailure): string {
  const lines = [file, `expected ${JSON.stringify(expected)}`, `actual ${JSON.stringify(actual)}`];
  return `${reason}\n${lines.join('\n')}`;
}

function damageCases({ table, failures }: MutationResult): readonly string[] {
  const rows = table.map(({ kind, damage, made, refused, accepted, crashed }) => {
    const text = `${made} made, ${refused} refused, ${accepted} accepted, ${crashed} crashed`;
    return testCase('damaged inputs', `${kind} ${damage}`, 0, made > refused ? text : undefined);
  });
  const hangs = failures.filter(({ reason }) => reason === 'hang');
  return [
    ...rows,
    ...hangs.map(({ kind, id }) => testCase('damaged inputs', `${kind} ${id}`, 0, 'hang')),
  ];
}

function suite(name: string, cases: readonly string[]): string {
  const failed = cases.filter((text) => text.includes('<failure')).length;
  const counts = `tests="${cases.length}" failures="${failed}" errors="0" skipped="0"`;
  return [`<testsuite name="${escapeXml(name)}" ${counts}>`, ...cases, '</testsuite>'].join('\n');
}

function testCase(suiteName: string, name: string, ms: number, failure?: string): string {
  const time = (ms / 1000).toFixed(6);
  const head = `<testcase classname="${escapeXml(suiteName)}" name="${escapeXml(name)}"`;
  if (failure === undefined) return `${head} time="${time}"/>`;
  const message = escapeXml(failure.split('\n')[0] ?? '');
  const body = `<failure message="${message}">${escapeXml(failure)}</failure>`;
  return `${head} time="${time}">${body}</testcase>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** What XML 1.0 has no way to write becomes a question mark. */
function escapeXml(text: string): string {
  return [...text]
    .map((character) => ESCAPES[character] ?? (isXml(character) ? character : '?'))
    .join('');
}

function isXml(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}
