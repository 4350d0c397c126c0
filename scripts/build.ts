import path from 'node:path';
import { buildProgram } from './start/build-program.ts';
import { buildRenderer } from './start/build-renderer.ts';

const root = path.resolve(import.meta.dirname, '..');

process.exitCode = await main();

/** Builds the operations page of the cloud, and what electron-builder packs, below dist/. */
async function main(): Promise<number> {
  for (const screens of ['till', 'operations'] as const) {
    const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
    if (!(await buildRenderer(root, screens, say))) return 1;
  }
  await buildProgram(root, 'terminal');
  await buildProgram(root, 'electron');
  return 0;
}
