import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, UsageError } from './command.ts';
import { readOptions } from './read-options.ts';

/** The Ed25519 private key in a PEM file. Throws a `UsageError` for anything else. */
export function readPrivateKey(file: string): KeyObject {
  return ed25519(file, 'private', (pem) => createPrivateKey(pem));
}

/** The Ed25519 public key in a PEM file. Throws a `UsageError` for anything else. */
export function readPublicKey(file: string): KeyObject {
  return ed25519(file, 'public', (pem) => createPublicKey(pem));
}

function ed25519(file: string, which: string, read: (pem: Uint8Array) => KeyObject): KeyObject {
  let key: KeyObject | undefined;
  try {
    // Not a string: node would take a key given as text for a key in any form.
    key = read(readFileSync(file));
  } catch {
    // What is wrong with a key is not for a log.
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new UsageError(`${file} does not hold an Ed25519 ${which} key in PEM.`);
}

const HELP = `Makes a pair of Ed25519 keys that sign and verify reports.

  tessera report-key private.pem public.pem

The private key is readable by you alone. Files that are there are not overwritten.
`;

/** `tessera report-key` */
export const reportKey: Command = {
  name: 'report-key',
  summary: 'make the keys that sign and verify reports',
  help: HELP,
  run(args, console) {
    const [privateFile, publicFile, ...more] = readOptions(args, {}).positionals;
    if (privateFile === undefined || publicFile === undefined || more.length > 0) {
      throw new UsageError('Give two files: one for the private key, one for the public key.');
    }
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const pems = [
      [privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600],
      [publicFile, publicKey.export({ type: 'spki', format: 'pem' }), 0o644],
    ] as const;
    for (const [file, pem, mode] of pems) {
      try {
        writeFileSync(file, pem, { mode, flag: 'wx' });
      } catch (error) {
        throw new UsageError(`${file} cannot be written: ${String(error)}`);
      }
    }
    console.out(`The private key is in ${privateFile}, the public key in ${publicFile}.\n`);
    return 0;
  },
};
