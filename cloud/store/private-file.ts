import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';

/**
 * Writes text only its owner may read, whole or not at all: to a new file that then takes the
 * place of the old one.
 */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cause;
  }
  await syncFolder(path.dirname(file));
}

/** Writes a value as `writePrivateFile` does. */
export function writePrivateJson(file: string, value: unknown): Promise<void> {
  return writePrivateFile(file, textOfJson(value));
}

/** A value as the text of a file that people may read. */
export function textOfJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Reads a JSON file of this shape; `undefined` when there is none. Throws when it is another. */
export async function readPrivateJson<T>(
  file: string,
  shape: z.ZodType<T>,
): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && Reflect.get(cause, 'code') === 'ENOENT') return undefined;
    throw cause;
  }
  // Neither the parser's nor the schema's message may carry a key out of the file.
  const parsed = shape.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new Error(`${path.basename(file)} is damaged (${where || 'not JSON'})`);
}

/** `undefined` when it is not JSON; the parser's message may hold a key. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A rename is durable once its folder is; Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
