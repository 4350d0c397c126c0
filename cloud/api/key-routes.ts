import path from 'node:path';
import { z } from 'zod';
import { writePrivateJson } from '../store/private-file.ts';
import { addApiKey, listApiKeys, newKeyText, revokeApiKey } from './api-keys.ts';
import type { ApiContext } from './context.ts';
import { createOnce } from './create-once.ts';
import { privateFolder } from './private-folder.ts';
import { Problem } from './problem.ts';
import { ALL_SCOPES, MERCHANT_SCOPES, type Scope } from './scopes.ts';
import { AT, MERCHANT_ID, NAME } from './shapes.ts';
import type { ApiServer } from './zod-provider.ts';

const SCOPE = z.enum(ALL_SCOPES as [Scope, ...Scope[]]);
const KEY_ID = z.string().regex(/^[0-9a-f]{16}$/);

const NEW_KEY = z.strictObject({
  name: NAME,
  merchantId: MERCHANT_ID,
  scopes: z.array(SCOPE).min(1).max(ALL_SCOPES.length),
  requestsPerMinute: z.int().min(1).max(60_000).default(600),
});

const LISTED = z.object({
  keyId: KEY_ID,
  name: z.string(),
  merchantId: z.string().nullable(),
  scopes: z.array(SCOPE),
  requestsPerMinute: z.int(),
  createdAt: AT,
  revokedAt: AT.nullable(),
});

/** Keys of merchants: listed, added, revoked. No answer holds one. */
export function addKeyRoutes(app: ApiServer, context: ApiContext): void {
  const { db, dataDir, now } = context;
  app.get(
    '/v1/keys',
    {
      config: { scope: 'keys:write' },
      schema: { summary: 'All keys', response: { 200: z.object({ keys: z.array(LISTED) }) } },
    },
    async () => ({
      keys: (await listApiKeys(db)).map((key) => ({
        ...{ ...key, scopes: [...key.scopes] },
        createdAt: key.createdAt.toISOString(),
        revokedAt: key.revokedAt?.toISOString() ?? null,
      })),
    }),
  );
  app.post(
    '/v1/keys',
    {
      config: { scope: 'keys:write', isCreating: true },
      schema: {
        summary: 'Add a key of a merchant; it is put into a file that only the operator may read',
        body: NEW_KEY,
        response: { 201: z.object({ keyId: KEY_ID, file: z.string() }) },
      },
    },
    (request, reply) => {
      const { body } = request;
      const foreign = body.scopes.find((scope) => !MERCHANT_SCOPES.includes(scope));
      if (foreign) throw new Problem('refused', `scope ${foreign} is for operators`);
      return createOnce(request, reply, context, async (unit) => {
        const text = newKeyText();
        const folder = await privateFolder(dataDir, 'api-keys');
        const file = path.join(folder, `${text.slice(8, 24)}.json`);
        await writePrivateJson(file, { ...body, key: text });
        const keyId = await addApiKey(unit, text, body, now());
        return { keyId, file: path.relative(dataDir, file) };
      });
    },
  );
  app.delete(
    '/v1/keys/:keyId',
    {
      config: { scope: 'keys:write' },
      schema: {
        summary: 'Revoke a key at once',
        params: z.strictObject({ keyId: KEY_ID }),
        response: { 200: z.object({ keyId: KEY_ID }) },
      },
    },
    async ({ params }) => {
      if (!(await revokeApiKey(db, params.keyId, now()))) throw new Problem('not-found', 'keyId');
      return params;
    },
  );
}
