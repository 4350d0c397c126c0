import type { VectorFile } from '../pack.ts';
import type { Vector } from '../pack-text.ts';
import type { VectorRun } from '../run.ts';
import { buildReport, type Report } from './report.ts';

const vector = (id: string): Vector => ({ id, result: 'valid', input: {}, expect: {} });

const file: VectorFile = {
  name: 'pack/tlv.json',
  sha256: 'AB'.repeat(32),
  lengthBytes: 7,
  kind: 'tlv.decode',
  source: 'a standard',
  vectors: [vector('one'), vector('two')],
  faults: [],
};

const tally = { damage: 'truncation', made: 4, refused: 4, accepted: 0, crashed: 0 } as const;
const one: VectorRun = {
  file: file.name,
  kind: file.kind,
  id: 'one',
  ms: 1,
  mutations: { tallies: [{ ...tally }], failures: [] },
};
const two: VectorRun = { ...one, id: 'two', ms: 2 };

/** What hostile files could say; none of it may reach a page or a terminal as it is. */
export const HOSTILE = '<script>alert(1)</script>"\'&\u001b[2J\u202e]]>';

const failed: VectorRun = {
  file: file.name,
  kind: file.kind,
  id: HOSTILE,
  ms: 2,
  failure: {
    reason: 'mismatch',
    expected: { tree: 'AABBCC', more: 1 },
    actual: { tree: 'AA00CC', more: HOSTILE },
    differences: [{ path: 'tree', expected: 'AABBCC', actual: 'AA00CC' }],
  },
};
const weak: VectorRun = {
  ...two,
  mutations: {
    tallies: [{ ...tally, refused: 3, accepted: 1 }],
    failures: [
      { damage: 'truncation', name: 'cut', reason: 'accepted', input: { hex: '95' }, actual: {} },
    ],
  },
};

const build = {
  version: '1.2.3',
  node: 'v24.0.0',
  platform: 'linux x64',
  kernelFiles: 2,
  kernelSha256: 'CD'.repeat(32),
};
const about = { madeAt: '2026-01-02T03:04:05.000Z', build, filter: '' };

/** Both vectors passed. */
export const PASSED: Report = buildReport([file], [one, two], about);

/** A vector failed, a damaged input was accepted, a file has a fault. */
export const FAILED: Report = buildReport(
  [{ ...file, faults: [{ kind: 'bad-vector', detail: `/vectors/2: ${HOSTILE}` }] }],
  [one, failed, weak],
  about,
);

/** What a run gives whose damaged inputs did not end. */
export const HUNG: Report = buildReport([file], [{ ...two, mutationsEnd: 'hang' }], about);

/** Nothing ran. */
export const EMPTY: Report = buildReport([file], [], { ...about, filter: 'nothing' });
