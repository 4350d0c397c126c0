import { VECTOR_KINDS } from '#certify/registry.ts';
import type { Json, JsonObject } from '#certify/vector-kind.ts';
import type { Malformed, Result } from '#kernel/bytes/result.ts';
import { UsageError } from './command.ts';

/** Does what vectors of this kind do, with their checks of the input. */
export function runKind(kind: string, input: JsonObject): Result<JsonObject, Malformed> {
  const runner = VECTOR_KINDS.get(kind);
  if (!runner) throw new Error(`there is no kind ${kind}`);
  return runner.run(input);
}

/** Reads JSON; anything else is a `UsageError` of these words. */
export function parseJson(text: string, otherwise: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(otherwise);
  }
}

/** Whether JSON is an object. */
export function isObject(json: Json): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
