import { readFile } from 'node:fs/promises';
import { type CaPublicKeyRefusal, loadCaPublicKeys } from '#certs/load-ca-public-keys.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type {
  ConfigurationFaultKind,
  EmvConfiguration,
} from '#kernel/emv/configuration/configuration.ts';
import { parseConfiguration } from '#kernel/emv/configuration/parse-configuration.ts';
import type { CaPublicKey } from '#kernel/emv/oda/ca-public-key.ts';

/** A configuration that may be used, with the keys it may trust. */
export interface UsableConfiguration {
  readonly configuration: EmvConfiguration;
  readonly caKeys: readonly CaPublicKey[];
}

/** Why a configuration cannot be used; the path is where in the file, and empty for all of it. */
export interface EmvConfigurationError {
  readonly kind:
    | 'not-found'
    | 'unreadable'
    | 'not-json'
    | ConfigurationFaultKind
    | CaPublicKeyRefusal;
  readonly path: string;
}

type Checked = Result<UsableConfiguration, readonly EmvConfigurationError[]>;

/** Reads a configuration file and checks it as `checkEmvConfiguration` does. */
export async function readEmvConfiguration(file: string, today: string): Promise<Checked> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return fail([{ kind: missing ? 'not-found' : 'unreadable', path: '' }]);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail([{ kind: 'not-json', path: '' }]);
  }
  return checkEmvConfiguration(json, today);
}

/**
 * Checks what JSON gave by the schema and then every CA public key: its checksum and, in
 * production, that it is live and not expired `today` (YYYY-MM-DD). One key that is refused refuses
 * the configuration, so that a terminal never runs with fewer keys than it was given.
 */
export function checkEmvConfiguration(json: unknown, today: string): Checked {
  const parsed = parseConfiguration(json);
  if (!parsed.ok) return parsed;
  const configuration = parsed.value;
  const { mode, caKeys } = configuration;
  const { keys, refused } = loadCaPublicKeys(caKeys, mode, today);
  if (refused.length === 0) return ok({ configuration, caKeys: keys });
  return fail(refused.map(({ position, reason: kind }) => ({ kind, path: `caKeys.${position}` })));
}
