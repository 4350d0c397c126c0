import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A file of ours, with what it says. */
export interface SourceFile {
  /** From the top of the tree, with `/`. */
  readonly name: string;
  readonly text: string;
}

const root = path.resolve(import.meta.dirname, '..');

/** Every file that git tracks or would track, whose name ends in one of `endings`. */
export function sourceFiles(...endings: readonly string[]): readonly SourceFile[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard'];
  const names = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n');
  return names
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .filter((name) => existsSync(path.join(root, name)))
    .map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }));
}
