import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/** A folder of the data directory that only its owner may read; made when it is not there. */
export async function privateFolder(dataDir: string, name: string): Promise<string> {
  const folder = path.join(dataDir, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}
