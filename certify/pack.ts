import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { readVectorText, type VectorText } from './pack-text.ts';

/** A file of a pack: what could be read of it, what could not, and its hash. */
export interface VectorFile extends VectorText {
  /** As it was reached from the place that was given. */
  readonly name: string;
  /** Hex; empty when the file could not be read. */
  readonly sha256: string;
  readonly lengthBytes: number;
}

/** A file larger than this is not read: 32 MiB. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/**
 * Reads the files of vectors at these places, folders with all below them. Whatever is wrong with a
 * file is a fault of that file. Files named `*.schema.json` in a folder are schemas, not vectors.
 * A file reached twice is read once; an id used twice for one kind below one place is a fault.
 * Throws for a place that does not exist.
 */
export function readPacks(places: readonly string[]): readonly VectorFile[] {
  const seen = new Set<string>();
  return places.flatMap((place) => {
    const names = vectorFileNames(place).filter((name) => {
      const real = realpathSync(name);
      return !seen.has(real) && seen.add(real);
    });
    return withDuplicateFaults(names.map(readVectorFile));
  });
}

function vectorFileNames(place: string): readonly string[] {
  return statSync(place).isDirectory() ? namesBelow(place) : [place];
}

/** Not by `readdirSync`'s own recursion: it follows links to folders, round and round. */
function namesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .map((entry) => ({ entry, name: path.join(folder, entry.name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ entry, name }) => {
      if (entry.isDirectory()) return namesBelow(name);
      if (!name.endsWith('.json') || name.endsWith('.schema.json')) return [];
      return statSync(name, { throwIfNoEntry: false })?.isFile() ? [name] : [];
    });
}

function readVectorFile(name: string): VectorFile {
  const nothing = { name, sha256: '', lengthBytes: 0, kind: '', source: '', vectors: [] };
  let bytes: Uint8Array;
  try {
    const { size } = statSync(name);
    if (size > MAX_FILE_BYTES) {
      const detail = `${size} bytes; at most ${MAX_FILE_BYTES} are read`;
      return { ...nothing, lengthBytes: size, faults: [{ kind: 'too-large', detail }] };
    }
    bytes = readFileSync(name);
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'cannot be read';
    return { ...nothing, faults: [{ kind: 'unreadable', detail }] };
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex').toUpperCase();
  return { name, sha256, lengthBytes: bytes.length, ...readVectorText(bytes) };
}

function withDuplicateFaults(files: readonly VectorFile[]): readonly VectorFile[] {
  const seen = new Set<string>();
  return files.map((file) => {
    const faults = [...file.faults];
    for (const { id } of file.vectors) {
      const key = JSON.stringify([file.kind, id]);
      if (seen.has(key)) faults.push({ kind: 'duplicate-id', detail: `${file.kind} ${id}` });
      seen.add(key);
    }
    return { ...file, faults };
  });
}
