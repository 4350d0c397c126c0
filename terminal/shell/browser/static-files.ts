import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { CONTENT_POLICY } from './respond.ts';

/** The files of the built renderer by the path they are served under. */
export type StaticFiles = ReadonlyMap<string, Uint8Array>;

const PAGE = '/index.html';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * Reads the built renderer into memory, so that what is served is what was there at the start, and
 * no request's path ever reaches the file system. `undefined` when there is no `index.html`.
 */
export async function loadStaticFiles(folder: string): Promise<StaticFiles | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, path).split(sep).join('/')}`, await readFile(path));
  }
  return files.has(PAGE) ? files : undefined;
}

/** Sends the file at this path; `/` is the page. False when there is none. */
export function sendStaticFile(
  files: StaticFiles,
  path: string,
  response: ServerResponse,
): boolean {
  const name = path === '/' ? PAGE : path;
  const content = files.get(name);
  if (!content) return false;
  response.setHeader('Content-Type', CONTENT_TYPES[extname(name)] ?? 'application/octet-stream');
  if (name === PAGE) {
    sendPage(content, response);
    return true;
  }
  // The build names what it puts there by its content.
  const isHashed = name.startsWith('/assets/');
  response.setHeader(
    'Cache-Control',
    isHashed ? 'private, max-age=31536000, immutable' : 'no-cache',
  );
  response.end(content);
  return true;
}

/** The page's components add a style sheet or two of their own; a nonce lets these in. */
function sendPage(content: Uint8Array, response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = `${CONTENT_POLICY}; style-src 'self' 'nonce-${nonce}'`;
  response.setHeader('Content-Security-Policy', policy);
  const tag = `<meta property="csp-nonce" nonce="${nonce}">`;
  response.end(new TextDecoder().decode(content).replace(/<head>/i, `<head>${tag}`));
}
