import { readRecording } from '#certify/kinds/recorded-exchange.ts';
import { readVectorText } from '#certify/pack-text.ts';
import { isObject, VectorInput } from '#certify/vector-input.ts';
import type { Json, JsonObject } from '#certify/vector-kind.ts';
import { parseHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, ok, type Result } from '#kernel/bytes/result.ts';
import type { ApduPair } from '#kernel/emv/describe-apdu.ts';

/** Something to tell: a vector that the kernel can be run on, or what went over the line alone. */
export type Recording =
  | { readonly type: 'vector'; readonly id: string; readonly input: JsonObject }
  | { readonly type: 'bare'; readonly id: string; readonly pairs: readonly ApduPair[] };

type Read = Result<readonly Recording[], Malformed>;

/**
 * Reads a file of `transaction` vectors, or bare recordings: a list of commands (`command` or
 * `cmd`) and answers (`response` or `resp`) in hex, alone, as `apdus` or `exchange` of an object,
 * or of each of a list `traces`. Errors: the kinds of `readVectorText`; `wrong-kind`,
 * `no-recording`, `bad-input`, the path naming the member.
 */
export function readRecordings(bytes: Uint8Array): Read {
  let json: Json;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return readVectors(bytes);
  }
  if (isObject(json) && 'vectors' in json) return readVectors(bytes);
  if (Array.isArray(json)) return one(readBare({ apdus: json }, 'recording', ''));
  if (!isObject(json)) return malformed('no-recording', '');
  const { traces } = json;
  if (!Array.isArray(traces)) return one(readBare(json, nameOf(json, 'recording'), ''));
  const read: Recording[] = [];
  for (const [i, trace] of traces.entries()) {
    if (!isObject(trace)) return malformed('bad-input', `traces.${i}`);
    const bare = readBare(trace, nameOf(trace, `${i}`), `traces.${i}.`);
    if (!bare.ok) return bare;
    read.push(bare.value);
  }
  return ok(read);
}

function readVectors(bytes: Uint8Array): Read {
  const { kind, vectors, faults } = readVectorText(bytes);
  const [fault] = faults;
  if (fault) return malformed(fault.kind, fault.detail);
  if (kind !== 'transaction') return malformed('wrong-kind', 'kind');
  return ok(vectors.map(({ id, input }) => ({ type: 'vector', id, input })));
}

function nameOf(json: JsonObject, instead: string): string {
  const { id } = json;
  return typeof id === 'string' ? id : instead;
}

/** Runs of T=0 that only fetch an answer are told as the one APDU they are. */
function readBare(json: JsonObject, id: string, path: string): Result<Recording, Malformed> {
  const name = 'apdus' in json ? 'apdus' : 'exchange';
  const list = json[name];
  if (!Array.isArray(list)) return malformed('no-recording', `${path}${name}`);
  const exchange = list.map((pair: Json) => {
    if (!isObject(pair)) return pair;
    const { cmd, resp, command = cmd, response = resp } = pair;
    return {
      ...(command !== undefined && { command }),
      ...(response !== undefined && { response: response ?? '' }),
    };
  });
  const input = new VectorInput({ exchange });
  const { pairs } = readRecording(input);
  if (input.fault) {
    return fail({ ...input.fault, path: input.fault.path.replace('exchange', `${path}${name}`) });
  }
  const told: ApduPair[] = [];
  for (const { command, response, index } of pairs) {
    const parsed = parseHex(command);
    if (!parsed.ok) return malformed('bad-input', `${path}${name}.${index}.command`);
    told.push({ command: parsed.value, response: response.length > 0 ? response : undefined });
  }
  return ok({ type: 'bare', id, pairs: told });
}

function one(recording: Result<Recording, Malformed>): Read {
  return recording.ok ? ok([recording.value]) : recording;
}

function malformed(kind: string, path: string): Result<never, Malformed> {
  return fail({ kind, path, offset: 0 });
}
