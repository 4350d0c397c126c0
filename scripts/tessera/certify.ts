import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPacks, type VectorFile } from '#certify/pack.ts';
import { describeBuild } from '#certify/report/build.ts';
import { writeHtmlReport } from '#certify/report/html-report.ts';
import { writeJsonReport } from '#certify/report/json-report.ts';
import { writeJunitReport } from '#certify/report/junit-report.ts';
import { buildReport, type Report } from '#certify/report/report.ts';
import { writeTextReport } from '#certify/report/text-report.ts';
import { runVectors } from '#certify/run.ts';
import { type Command, type Console, UsageError } from './command.ts';
import { readOptions } from './read-options.ts';
import { readPrivateKey } from './report-keys.ts';

const HELP = `Runs files of test vectors against the kernel and reports what did not pass.

  tessera certify
  tessera certify --vectors pack/ more.json --html report.html --sign key.pem

  --vectors FILE|DIR ...  what to run (default: this project's own test vectors)
  --filter TEXT           only vectors whose file, kind or id holds TEXT
  --mutations             damage every valid vector too: each damaged input must be refused
  --json                  the report as JSON on standard output
  --junit FILE            the report as JUnit XML
  --html FILE             the report as one page to read, print and file; with --mutations
  --sign KEY.pem          sign the JSON and the page with this Ed25519 private key
  --deadline SECONDS      how long one vector may take (default 10)
  --help                  this text

Exit code: 0 only when every vector passed and at least one ran, 1 otherwise, 2 for wrong options.
docs/CERTIFY.md says how to write a pack and how to read a report.
`;

/** `tessera certify` */
export const certify: Command = {
  name: 'certify',
  summary: 'run test vectors, write a report',
  help: HELP,
  async run(args, console) {
    const { values, positionals } = readOptions(args, {
      vectors: { type: 'string', multiple: true },
      filter: { type: 'string' },
      mutations: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      junit: { type: 'string' },
      html: { type: 'string' },
      sign: { type: 'string' },
      deadline: { type: 'string', default: '10' },
    });
    const seconds = Number(values.deadline);
    if (!(seconds > 0 && seconds <= 3600)) throw new UsageError('--deadline takes 1 to 3600.');
    if (values.sign !== undefined && !values.json && values.html === undefined) {
      throw new UsageError('--sign signs what --json or --html writes; give one of them.');
    }
    const key = values.sign === undefined ? undefined : readPrivateKey(values.sign);
    const places = [...(values.vectors ?? []), ...positionals];
    const files = readFiles(places.length > 0 ? places : [OWN_VECTORS]);
    const report = await runFiles(files, console, {
      filter: values.filter ?? '',
      mutations: values.mutations || values.html !== undefined,
      deadlineMs: seconds * 1000,
    });
    if (values.junit !== undefined) writeReport(values.junit, writeJunitReport(report));
    if (values.html !== undefined) writeReport(values.html, writeHtmlReport(report, key));
    console.out(values.json ? writeJsonReport(report, key) : writeTextReport(report));
    return report.passed ? 0 : 1;
  },
};

const OWN_VECTORS = path.relative('', path.resolve(import.meta.dirname, '../../test-vectors'));

function readFiles(places: readonly string[]): readonly VectorFile[] {
  try {
    return readPacks(places);
  } catch (error) {
    throw new UsageError(`The vectors cannot be read: ${reason(error)}`);
  }
}

interface Wanted {
  readonly filter: string;
  readonly mutations: boolean;
  readonly deadlineMs: number;
}

async function runFiles(
  files: readonly VectorFile[],
  console: Console,
  wanted: Wanted,
): Promise<Report> {
  const runs = await runVectors(files, {
    ...wanted,
    onProgress: (done, total, { kind }) => {
      if (console.isWatched) console.err(`\r\u001b[K${done} of ${total}  ${kind.slice(0, 40)}`);
    },
  });
  if (console.isWatched) console.err('\r\u001b[K');
  const madeAt = new Date().toISOString();
  return buildReport(files, runs, { madeAt, build: describeBuild(), filter: wanted.filter });
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`The report cannot be written: ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : 'for no reason given';
}
