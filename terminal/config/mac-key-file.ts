import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { unwrapKeyBlock } from '#kernel/keys/key-block.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';

/** Where the MAC key of the last key change is kept: as it came, under the transport key. */
export interface MacKeyFile {
  /** The key; `undefined` when there is none, or the terminal has been enrolled anew since. */
  read(): SecretKey | undefined;
  /** Keeps a key block for good and gives its key; `undefined` if it is none or cannot be kept. */
  keep(keyBlock: string): SecretKey | undefined;
}

/** The file at `file`; `transportKey` is AES, 32 bytes. */
export function macKeyFile(file: string, transportKey: SecretKey): MacKeyFile {
  return {
    read() {
      try {
        return macKeyIn(readFileSync(file, 'utf8'), transportKey);
      } catch {
        return undefined;
      }
    },
    keep(keyBlock) {
      const key = macKeyIn(keyBlock, transportKey);
      return key && replaceFile(file, keyBlock) ? key : undefined;
    },
  };
}

const MAC_KEY_BYTES = 16;

/** M3: a key for ISO 9797-1 MAC algorithm 3. Source: ANSI X9.143:2021, table 2. */
function macKeyIn(keyBlock: string, transportKey: SecretKey): SecretKey | undefined {
  const unwrapped = unwrapKeyBlock(transportKey, keyBlock);
  if (!unwrapped.ok || unwrapped.value.header.keyUsage !== 'M3') return undefined;
  const { key } = unwrapped.value;
  return key.lengthBytes === MAC_KEY_BYTES ? key : undefined;
}

/** Whole or not at all: a key that was used and is forgotten would shut this terminal out. */
function replaceFile(file: string, text: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  try {
    const written = openSync(draft, 'wx', 0o600);
    try {
      writeSync(written, text);
      fsyncSync(written);
    } finally {
      closeSync(written);
    }
    renameSync(draft, file);
    syncFolder(path.dirname(file));
    return true;
  } catch {
    rmSync(draft, { force: true });
    return false;
  }
}

/** A rename is durable once its folder is; Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
