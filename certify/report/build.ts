import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import product from '../../package.json' with { type: 'json' };

/** What was tested, and on what. */
export interface Build {
  readonly version: string;
  readonly node: string;
  /** For example `linux x64`. */
  readonly platform: string;
  /** How many source files the kernel has, tests apart. */
  readonly kernelFiles: number;
  /** Of a list of the kernel's files, a line each: SHA-256, two spaces, name, line feed. */
  readonly kernelSha256: string;
  /** The git commit; absent outside a checkout. */
  readonly commit?: string;
  /** Whether the kernel's files are not those of the commit. */
  readonly modified?: boolean;
}

const root = path.resolve(import.meta.dirname, '../..');

/** Looks at the kernel's source files, at git, and at what runs them. */
export function describeBuild(): Build {
  const files = kernelFiles();
  const commit = git('rev-parse', 'HEAD');
  return {
    version: product.version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    kernelFiles: files.length,
    kernelSha256: sha256(files.map(listed).join('')),
    ...(commit && { commit, modified: git('status', '--porcelain', '--', 'kernel') !== '' }),
  };
}

function kernelFiles(): readonly string[] {
  const folder = path.join(root, 'kernel');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => `kernel/${String(name).replaceAll(path.sep, '/')}`)
    .filter((name) => name.endsWith('.ts') && !/\.(test|fixture|contract)\.ts$/.test(name))
    .sort();
}

function listed(name: string): string {
  return `${sha256(readFileSync(path.join(root, name)))}  ${name}\n`;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex').toUpperCase();
}

/** What git says, trimmed; nothing where there is no git or no checkout of ours. */
function git(...args: readonly string[]): string | undefined {
  if (!existsSync(path.join(root, '.git'))) return undefined;
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
