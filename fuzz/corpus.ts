import path from 'node:path';
import { readPacks } from '#certify/pack.ts';
import type { Vector } from '#certify/pack-text.ts';
import type { Json, JsonObject } from '#certify/vector-kind.ts';
import { parseHex } from '#kernel/bytes/hex.ts';

const ours = path.resolve(import.meta.dirname, '../test-vectors');
let packs: ReturnType<typeof readPacks> | undefined;

/** All of our own vectors of a kind. */
export function vectorsOf(kind: string): readonly Vector[] {
  packs ??= readPacks([ours]);
  return packs.flatMap((file) => (file.kind === kind ? file.vectors : []));
}

/** The names of all kinds that we have vectors of. */
export function kindsWithVectors(): readonly string[] {
  packs ??= readPacks([ours]);
  return [...new Set(packs.map(({ kind }) => kind))].sort();
}

/** What stands in hex in the inputs of a kind's vectors at this member. */
export function bytesOf(kind: string, member: string): readonly Uint8Array[] {
  return hexesOf(kind, member, () => true);
}

/** The same, of the inputs that are wanted only. */
export function hexesOf(
  kind: string,
  member: string,
  isWanted: (input: JsonObject) => boolean,
): readonly Uint8Array[] {
  return vectorsOf(kind).flatMap(({ input }) => {
    const value: Json | undefined = input[member];
    const bytes = typeof value === 'string' && isWanted(input) ? parseHex(value) : undefined;
    return bytes?.ok ? [bytes.value] : [];
  });
}

/** The text in the inputs of a kind's vectors at this member. */
export function textsOf(kind: string, member: string): readonly string[] {
  return vectorsOf(kind).flatMap(({ input }) => {
    const value: Json | undefined = input[member];
    return typeof value === 'string' ? [value] : [];
  });
}

/** Text as bytes. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** JSON from bytes; nothing where they are none. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
