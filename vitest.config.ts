import { defineConfig } from 'vitest/config';

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
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: files('.e2e.test.ts'),
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
