import path from 'node:path';
import { buildProgram } from './start/build-program.ts';
import { buildRenderer } from './start/build-renderer.ts';

const root = path.resolve(import.meta.dirname, '..');

process.exitCode = await main();

/** Builds everything that electron-builder packs, below dist/. */
async function main(): Promise<number> {
  if (!(await buildRenderer(root, (sentence) => process.stderr.write(`${sentence}\n`)))) return 1;
  await buildProgram(root, 'terminal');
  await buildProgram(root, 'electron');
  return 0;
}
