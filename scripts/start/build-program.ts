import path from 'node:path';
import { build } from 'vite';

/** The programs of an installed app, each in one file below dist/. */
export const PROGRAMS = {
  terminal: 'terminal/main.ts',
  electron: 'terminal/shell/electron/main.ts',
} as const;

/** Bundles one program into `dist/NAME/main.mjs` and returns that file. */
export async function buildProgram(root: string, name: keyof typeof PROGRAMS): Promise<string> {
  const outDir = path.join(root, 'dist', name);
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['electron', 'pcsc-mini'] },
    build: {
      ssr: path.join(root, PROGRAMS[name]),
      outDir,
      emptyOutDir: true,
      rolldownOptions: { output: { entryFileNames: 'main.mjs' } },
    },
  });
  return path.join(outDir, 'main.mjs');
}
