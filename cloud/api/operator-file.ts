import path from 'node:path';
import { z } from 'zod';
import type { Queries } from '../store/database.ts';
import { readPrivateJson, writePrivateJson } from '../store/private-file.ts';
import { addApiKey, newKeyText } from './api-keys.ts';
import { ALL_SCOPES } from './scopes.ts';

/** `api.json`: where the API listened last, and the key of who runs this cloud. */
export interface OperatorFile {
  readonly rememberedPort: number | undefined;
  /** Writes where it listens now, if that is not what is there. */
  publish(port: number): Promise<void>;
}

const SHAPE = z.object({ port: z.int().min(1).max(65_535), operatorKey: z.string() });
const REQUESTS_PER_MINUTE = 6_000;

/**
 * Reads `api.json` of the data directory; on the first start an operator's key is made. To have
 * another, revoke it and remove the file.
 */
export async function openOperatorFile(dataDir: string, db: Queries): Promise<OperatorFile> {
  const file = path.join(dataDir, 'api.json');
  const stored = await readPrivateJson(file, SHAPE);
  const operatorKey = stored?.operatorKey ?? newKeyText();
  const key = { name: 'operator', merchantId: null, scopes: ALL_SCOPES };
  await addApiKey(db, operatorKey, { ...key, requestsPerMinute: REQUESTS_PER_MINUTE }, new Date());
  return {
    rememberedPort: stored?.port,
    async publish(port) {
      if (stored?.port !== port) await writePrivateJson(file, { port, operatorKey });
    },
  };
}
