import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { hex } from '#kernel/bytes/hex.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import type { Queries } from '../store/database.ts';
import { readKeyFile, writeKeyFile } from '../store/key-file.ts';
import { readPrivateJson, writePrivateJson } from '../store/private-file.ts';
import { type Authority, certificateDigest, isNearExpiry, openAuthority } from './authority.ts';
import { demoWearableProfiles } from './demo-cards.ts';
import { enrolTerminal, type NewTerminal } from './terminal-registry.ts';
import type { ServerCredentials } from './tls-server.ts';

/** The development enrolment: one terminal, and the wearables to try it with. */
export interface Enrolment {
  /** The folder with `terminal.json` and `wearables.json`. */
  readonly folder: string;
  readonly terminal: NewTerminal;
  readonly credentials: ServerCredentials;
  /** Where the terminal was last told to find the host; undefined on the first start. */
  readonly rememberedPort: number | undefined;
  /** Writes what the terminal is given, if that is not what is there. */
  publish(port: number): Promise<void>;
}

/** Where this host listens, and the name in its certificate. */
export const HOST = '127.0.0.1';
const SERVER_NAME = 'localhost';

/** A shop's terminal: DE 41, DE 42, and what its receipts say. */
export interface TerminalName {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly merchantAddress: string;
}

const TERMINAL: TerminalName = {
  terminalId: '10000001',
  merchantId: 'TESSERA00000001',
  merchantName: 'Tessera Corner Shop',
  merchantAddress: '12 Mosaic Lane, Sampletown',
};

const TERMINAL_SHAPE = z.object({
  terminalId: z.string().length(8),
  merchantId: z.string().length(15),
  merchantName: z.string(),
  merchantAddress: z.string(),
  host: z.string(),
  port: z.int().min(1).max(65_535),
  serverName: z.string(),
  caCertificatePem: z.string(),
  certificatePem: z.string(),
  privateKeyPem: z.string(),
  macKeyHex: z.string().regex(/^[0-9A-Fa-f]{32}$/),
  /** What new keys are sent under; absent in a file of before there was one, and so the next. */
  transportKeyHex: z
    .string()
    .regex(/^[0-9A-Fa-f]{64}$/)
    .optional(),
  /** What the keys of PINs are made of. */
  pinKeyHex: z
    .string()
    .regex(/^[0-9A-Fa-f]{32}$/)
    .optional(),
});

const SERVER_SHAPE = z.object({
  caCertificatePem: z.string(),
  certificatePem: z.string(),
  privateKeyPem: z.string(),
});

/** All that a terminal is given: its name, its host, and its keys. */
export type TerminalFile = Readonly<z.infer<typeof TERMINAL_SHAPE>>;

/**
 * Opens the enrolment of a data directory, making what is missing. Certificates that are close to
 * their end are issued anew; the terminal's MAC key and name stay.
 */
export async function openEnrolment(
  dataDir: string,
  issuerMasterKey: SecretKey,
  now: Date,
): Promise<Enrolment> {
  const folder = path.resolve(dataDir, 'enrolment');
  const terminalFile = path.join(folder, 'terminal.json');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const wearablesFile = path.join(folder, 'wearables.json');
  const wearables = demoWearableProfiles(issuerMasterKey);
  const known = await readPrivateJson(wearablesFile, z.unknown()).catch(() => undefined);
  if (!isDeepStrictEqual(known, wearables)) await writePrivateJson(wearablesFile, wearables);
  const stored = await readPrivateJson(terminalFile, TERMINAL_SHAPE);
  const authority = await openAuthority(dataDir, now);
  const credentials = await openCredentials(dataDir, authority, now);
  const terminal = await openTerminal(authority, stored, now);
  const keys = keysOf(stored);
  const { terminalId, merchantId, merchantName, merchantAddress } = stored ?? TERMINAL;
  return {
    folder,
    terminal: {
      terminalId,
      merchantId,
      ...secretsOf(keys),
      certificateSha256: certificateDigest(terminal.certificatePem),
    },
    credentials,
    rememberedPort: stored?.port,
    async publish(port) {
      const address = { host: HOST, port, serverName: SERVER_NAME };
      const merchant = { terminalId, merchantId, merchantName, merchantAddress };
      const file: TerminalFile = { ...merchant, ...address, ...terminal, ...keys };
      if (!isDeepStrictEqual(file, stored)) await writePrivateJson(terminalFile, file);
    },
  };
}

/** Enrols another terminal with a host that listens on this port. */
export async function enrolAnother(
  host: { readonly dataDir: string; readonly port: number; readonly db: Queries },
  name: TerminalName,
  keyProtectionKey: SecretKey,
  now: Date,
): Promise<TerminalFile> {
  const authority = await openAuthority(host.dataDir, now);
  const issued = await authority.issueTerminal(name.terminalId);
  const keys = keysOf(undefined);
  const terminal = {
    terminalId: name.terminalId,
    merchantId: name.merchantId,
    ...secretsOf(keys),
    certificateSha256: certificateDigest(issued.certificatePem),
  };
  await enrolTerminal(host.db, terminal, keyProtectionKey, now);
  const address = { host: HOST, port: host.port, serverName: SERVER_NAME };
  const caCertificatePem = authority.certificatePem;
  return { ...name, ...address, caCertificatePem, ...issued, ...keys };
}

/** The keys a terminal was given, and new ones for those that it was not. */
function keysOf(stored: TerminalFile | undefined) {
  const newKeyHex = (bytes: number) => randomBytes(bytes).toString('hex').toUpperCase();
  return {
    macKeyHex: stored?.macKeyHex ?? newKeyHex(16),
    transportKeyHex: stored?.transportKeyHex ?? newKeyHex(32),
    pinKeyHex: stored?.pinKeyHex ?? newKeyHex(16),
  };
}

function secretsOf(keys: ReturnType<typeof keysOf>) {
  return {
    macKey: new SecretKey(hex(keys.macKeyHex)),
    transportKey: new SecretKey(hex(keys.transportKeyHex)),
    pinKey: new SecretKey(hex(keys.pinKeyHex)),
  };
}

/** What the host shows terminals, issued anew when the authority changed or the end is near. */
async function openCredentials(
  dataDir: string,
  authority: Authority,
  now: Date,
): Promise<ServerCredentials> {
  const file = path.join(dataDir, 'server.json');
  const stored = await readKeyFile(file, SERVER_SHAPE);
  if (stored && isGood(stored, authority, now)) return stored;
  const issued = await authority.issueServer([SERVER_NAME, HOST]);
  const credentials = { caCertificatePem: authority.certificatePem, ...issued };
  await writeKeyFile(file, credentials);
  return credentials;
}

async function openTerminal(
  authority: Authority,
  stored: TerminalFile | undefined,
  now: Date,
): Promise<ServerCredentials> {
  if (stored && isGood(stored, authority, now)) {
    const { caCertificatePem, certificatePem, privateKeyPem } = stored;
    return { caCertificatePem, certificatePem, privateKeyPem };
  }
  const issued = await authority.issueTerminal(TERMINAL.terminalId);
  return { caCertificatePem: authority.certificatePem, ...issued };
}

function isGood(
  { caCertificatePem, certificatePem }: ServerCredentials,
  authority: Authority,
  now: Date,
): boolean {
  return caCertificatePem === authority.certificatePem && !isNearExpiry(certificatePem, now);
}
