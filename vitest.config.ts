import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { findSystemPart } from './checks/system-parts.ts';

const everywhere = [
  'kernel',
  'drivers',
  'wearable',
  'bridge',
  'renderer',
  'terminal',
  'cloud',
  'certs',
  'certify',
  'fuzz',
  'simulate',
  'scripts',
  'checks',
];
const files = (suffix: string): string[] => everywhere.map((folder) => `${folder}/**/*${suffix}`);
const ALL_BUT_UNIT = ['.integration.test.ts', '.e2e.test.ts'].flatMap(files);

/** What uses a database, on another PostgreSQL; where it is absent only what says so. */
const [initdb, postgres] = findSystemPart('postgresql') ?? [];
const ON_ANOTHER = 'cloud/store/postgres/another-postgresql.integration.test.ts';
const WITH_DATABASE = [
  'cloud',
  'terminal/recovery',
  'terminal/till',
  'scripts/tessera',
  'simulate',
].map((folder) => `${folder}/**/*.integration.test.ts`);
/** These are about the embedded one, have no database, or take long and say nothing of it. */
const WITHOUT_IT = [
  'cloud/main.integration.test.ts',
  'cloud/store/postgres/cluster.integration.test.ts',
  'cloud/power-loss/**',
  'cloud/attacks/slow.integration.test.ts',
  'terminal/recovery/killed-under-load.integration.test.ts',
  'cloud/scoring/handbook/**',
  'simulate/canaries.integration.test.ts',
  'simulate/sweep.integration.test.ts',
];

export default defineConfig({
  test: {
    // Two cores are enough to run them all; a test that needs the machine to itself runs alone.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: files('.test.{ts,tsx}'),
          exclude: ALL_BUT_UNIT,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: files('.integration.test.ts'),
          exclude: [ON_ANOTHER],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'postgresql',
          include: initdb ? WITH_DATABASE : [ON_ANOTHER],
          exclude: WITHOUT_IT,
          env: initdb && postgres ? { TESSERA_TEST_POSTGRES: path.dirname(postgres) } : {},
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: files('.e2e.test.ts'),
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
