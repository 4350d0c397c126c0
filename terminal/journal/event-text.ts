import { z } from 'zod';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';

/** Amounts are decimal strings in the journal. */
export const minorUnits = z.codec(z.string().regex(/^-?\d{1,30}$/), z.bigint(), {
  decode: (text) => BigInt(text),
  encode: (minor) => minor.toString(),
});

/** What every event has, and what names a message. */
export const eventParts = {
  atMs: z.int().min(0),
  stan: z.int().min(1).max(999_999),
  attempt: z.int().min(1),
  transmittedAt: z.string().regex(/^\d{10}$/),
  currency: z.string().regex(/^\d{3}$/),
};

/**
 * Writes an event as the JSON text of a journal row. What could not be read back is refused: the
 * error names the place in the event, never its content.
 */
export function encodeEvent<T>(schema: z.ZodType<T>, event: T): Result<string, string> {
  const encoded = z.safeEncode(schema, event);
  return encoded.success ? ok(JSON.stringify(encoded.data)) : fail(firstFault(encoded.error));
}

/** Reads the JSON text of a journal row. The error names the place in the event. */
export function parseEvent<T>(schema: z.ZodType<T>, text: string): Result<T, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail('not JSON');
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? ok(parsed.data) : fail(firstFault(parsed.error));
}

function firstFault(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? ''} (${issue?.code ?? 'invalid'})`;
}
