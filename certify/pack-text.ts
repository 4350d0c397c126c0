import { Ajv, type ValidateFunction } from 'ajv';
import envelope from '../test-vectors/schema/envelope.schema.json' with { type: 'json' };
import type { Json, JsonObject } from './vector-kind.ts';

/** One case of a file: what goes in, and what must come out. */
export interface Vector {
  readonly id: string;
  readonly result: 'valid' | 'invalid';
  readonly input: JsonObject;
  readonly expect: JsonObject;
}

/** Something wrong with a file itself. It fails the run, whatever else passes. */
export interface PackFault {
  readonly kind:
    | 'unreadable'
    | 'too-large'
    | 'not-json'
    | 'too-deep'
    | 'wrong-envelope'
    | 'bad-vector'
    | 'duplicate-id';
  /** Where in the file, as a JSON pointer with a reason, for example `/vectors/3: …`. */
  readonly detail: string;
}

/** What the text of a file says: what could be read of it, and what could not. */
export interface VectorText {
  /** Empty when the envelope is wrong. */
  readonly kind: string;
  readonly source: string;
  readonly vectors: readonly Vector[];
  readonly faults: readonly PackFault[];
}

/** JSON within JSON deeper than this is refused: everything that walks a vector recurses. */
const MAX_DEPTH = 64;

const ajv = new Ajv().addSchema(envelope);
const isEnvelope = compiled<Envelope>('envelope.schema.json');
const isVector = compiled<Vector>('envelope.schema.json#/definitions/vector');

interface Envelope {
  readonly kind: string;
  readonly source: string;
  readonly vectors: readonly unknown[];
}

/**
 * Reads the bytes of a file of vectors. Total: malformed UTF-8 or JSON (`not-json`), nesting
 * (`too-deep`), a `wrong-envelope` or a `bad-vector` is a fault; the other vectors of the file
 * stay.
 */
export function readVectorText(bytes: Uint8Array): VectorText {
  let json: Json;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return faulty({ kind: 'not-json', detail: syntaxFault(bytes, error) });
  }
  if (isDeeperThan(json, MAX_DEPTH)) {
    return faulty({ kind: 'too-deep', detail: `more than ${MAX_DEPTH} levels` });
  }
  if (!isEnvelope(json)) {
    return faulty({ kind: 'wrong-envelope', detail: firstError('', isEnvelope) });
  }
  const vectors: Vector[] = [];
  const faults: PackFault[] = [];
  for (const [index, vector] of json.vectors.entries()) {
    if (isVector(vector)) vectors.push(vector);
    else faults.push({ kind: 'bad-vector', detail: firstError(`/vectors/${index}`, isVector) });
  }
  return { kind: json.kind, source: json.source, vectors, faults };
}

function faulty(fault: PackFault): VectorText {
  return { kind: '', source: '', vectors: [], faults: [fault] };
}

/** V8 quotes the text; a position is enough. */
function syntaxFault(bytes: Uint8Array, error: unknown): string {
  if (bytes.length === 0) return 'empty';
  if (error instanceof TypeError) return 'not UTF-8';
  const position = error instanceof Error && /at position \d+/.exec(error.message);
  return position ? `malformed ${position[0]}` : 'malformed';
}

function compiled<T>(id: string): ValidateFunction<T> {
  const validate = ajv.getSchema<T>(id);
  if (!validate) throw new Error(`no schema ${id}`);
  return validate as ValidateFunction<T>;
}

function firstError(at: string, { errors }: ValidateFunction<unknown>): string {
  const [error] = errors ?? [];
  const place = `${at}${error?.instancePath ?? ''}` || 'the file';
  return `${place}: ${error?.message ?? 'not as it must be'}`;
}

/** Level by level and not by recursion, because the stack is what is being guarded. */
function isDeeperThan(json: Json, levels: number): boolean {
  let level: Json[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    const next: Json[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const inner of Object.values(value)) next.push(inner);
    }
    level = next;
  }
  return false;
}
