import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { hex } from '#kernel/bytes/hex.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { readPrivateJson, writePrivateJson } from '../store/private-file.ts';
import { isNearExpiry, makeCertificates } from './certificates.ts';
import { demoWearableProfiles } from './demo-cards.ts';
import type { EnrolledTerminal } from './terminal-registry.ts';
import type { ServerCredentials } from './tls-server.ts';

/** The development enrolment: one terminal, and the wearables to try it with. */
export interface Enrolment {
  /** The folder with `terminal.json` and `wearables.json`. */
  readonly folder: string;
  readonly terminal: EnrolledTerminal;
  readonly credentials: ServerCredentials;
  /** Where the terminal was last told to find the host; undefined on the first start. */
  readonly rememberedPort: number | undefined;
  /** Writes what the terminal is given, if that is not what is there. */
  publish(port: number): Promise<void>;
}

/** Where this host listens, and the name in its certificate. */
export const HOST = '127.0.0.1';
const SERVER_NAME = 'localhost';

const TERMINAL = {
  terminalId: '10000001',
  merchantId: 'TESSERA00000001',
  merchantName: 'Tessera Corner Shop',
  merchantAddress: '12 Mosaic Lane, Sampletown',
};

const TERMINAL_SHAPE = z.object({
  terminalId: z.literal(TERMINAL.terminalId),
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
});

const SERVER_SHAPE = z.object({
  caCertificatePem: z.string(),
  certificatePem: z.string(),
  privateKeyPem: z.string(),
});

type TerminalFile = Readonly<z.infer<typeof TERMINAL_SHAPE>>;

/**
 * Opens the enrolment of a data directory, making what is missing. Certificates that are close to
 * their end are made anew; the terminal's MAC key and name stay.
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
  const { terminal, credentials } = await openCertificates(dataDir, stored, now);
  const macKeyHex = stored?.macKeyHex ?? randomBytes(16).toString('hex').toUpperCase();
  const { terminalId, merchantId, merchantName, merchantAddress } = stored ?? TERMINAL;
  return {
    folder,
    terminal: { terminalId, merchantId, macKey: new SecretKey(hex(macKeyHex)) },
    credentials,
    rememberedPort: stored?.port,
    async publish(port) {
      const address = { host: HOST, port, serverName: SERVER_NAME };
      const merchant = { terminalId, merchantId, merchantName, merchantAddress };
      const file: TerminalFile = { ...merchant, ...address, ...terminal, macKeyHex };
      if (!isDeepStrictEqual(file, stored)) await writePrivateJson(terminalFile, file);
    },
  };
}

interface Certificates {
  readonly terminal: Pick<TerminalFile, 'caCertificatePem' | 'certificatePem' | 'privateKeyPem'>;
  readonly credentials: ServerCredentials;
}

/** Both ends' certificates are of one authority, or are all made anew. */
async function openCertificates(
  dataDir: string,
  stored: TerminalFile | undefined,
  now: Date,
): Promise<Certificates> {
  const serverFile = path.join(dataDir, 'server.json');
  const server = await readPrivateJson(serverFile, SERVER_SHAPE);
  if (
    stored &&
    server?.caCertificatePem === stored.caCertificatePem &&
    ![stored, server].some(({ certificatePem }) => isNearExpiry(certificatePem, now))
  ) {
    const { caCertificatePem, certificatePem, privateKeyPem } = stored;
    const terminal = { caCertificatePem, certificatePem, privateKeyPem };
    return { terminal, credentials: server };
  }
  const names = { server: [SERVER_NAME, HOST], terminalId: TERMINAL.terminalId };
  const made = await makeCertificates(names, now);
  const { caCertificatePem } = made;
  const credentials = { caCertificatePem, ...made.server };
  await writePrivateJson(serverFile, credentials);
  return { terminal: { caCertificatePem, ...made.terminal }, credentials };
}
