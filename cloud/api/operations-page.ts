import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Problem } from './problem.ts';
import type { ApiServer } from './zod-provider.ts';

/** Where `npm run build` puts it. */
const BUILT = path.resolve(import.meta.dirname, '../../dist/operations');

/** Everything comes from this server; nothing is framed, nothing inline runs. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const NOT_BUILT = `<!doctype html><html lang="en"><title>Tessera operations</title>
<p>The page is not built yet. Wait a moment and reload; if it stays so, run npm run build.</p>
`;

/** The built operations page, for anybody: what it shows, it asks for with a session. */
export function addOperationsPage(app: ApiServer): void {
  const open = { config: { scope: 'open' as const } };
  app.get('/operations', open, async (_, reply) => reply.redirect('/operations/', 308));
  app.get('/operations/', open, async (_, reply) => sendPage(reply));
  app.get(
    '/operations/assets/:file',
    {
      ...open,
      // A name of the build: no path leads out of its folder.
      schema: { params: z.strictObject({ file: z.string().regex(/^[\w-]+(\.[\w-]+)+$/) }) },
    },
    async ({ params: { file } }, reply) => {
      const type = CONTENT_TYPES[path.extname(file)];
      const content = await readFile(path.join(BUILT, 'assets', file)).catch(() => undefined);
      if (!type || !content) throw new Problem('not-found');
      // The build names it by its content.
      reply.header('Cache-Control', 'private, max-age=31536000, immutable').type(type);
      return reply.send(content);
    },
  );
}

/** The page's components add a style sheet or two of their own; a nonce lets these in. */
async function sendPage(reply: FastifyReply): Promise<FastifyReply> {
  const page = await readFile(path.join(BUILT, 'index.html'), 'utf8').catch(() => undefined);
  const nonce = randomBytes(16).toString('base64');
  reply
    .header('Content-Security-Policy', `${POLICY}; style-src 'self' 'nonce-${nonce}'`)
    .header('Cross-Origin-Opener-Policy', 'same-origin')
    .type('text/html; charset=utf-8');
  if (page === undefined) return reply.code(503).header('Retry-After', 5).send(NOT_BUILT);
  const tag = `<meta property="csp-nonce" nonce="${nonce}">`;
  return reply.send(page.replace('<head>', `<head>${tag}`));
}
