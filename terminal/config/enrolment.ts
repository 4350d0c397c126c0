import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { hex } from '#kernel/bytes/hex.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import type { TerminalIdentity } from '#kernel/transaction/host-messages.ts';

/** What the acquirer gave this terminal. Holds keys: never logged, never sent to a screen. */
export interface Enrolment {
  readonly identity: TerminalIdentity;
  readonly merchantName: string;
  readonly merchantAddress: string;
  readonly host: string;
  readonly port: number;
  /** The name in the host's certificate. */
  readonly serverName: string;
  readonly caCertificatePem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** Two-key TDES, 16 bytes. */
  readonly macKey: SecretKey;
  /** What new MAC keys are sent under: AES, 32 bytes; absent where the acquirer sends none. */
  readonly transportKey?: SecretKey;
  /** The initial key that DUKPT makes the keys of PINs of: TDES, 16 bytes. */
  readonly pinKey?: SecretKey;
}

/** Why there is no enrolment. */
export interface EnrolmentError {
  readonly kind: 'not-found' | 'unreadable' | 'not-json' | 'malformed';
  /** The first member that is wrong, for `malformed`. Never its value. */
  readonly path: string;
}

/** Reads the enrolment file, JSON. Whether certificates and key fit together is not checked. */
export async function readEnrolment(file: string): Promise<Result<Enrolment, EnrolmentError>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return fail({ kind: missing ? 'not-found' : 'unreadable', path: '' });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail({ kind: 'not-json', path: '' });
  }
  const parsed = enrolmentFile.safeParse(json);
  if (!parsed.success) {
    return fail({ kind: 'malformed', path: parsed.error.issues[0]?.path.join('.') ?? '' });
  }
  const { terminalId, merchantId, macKeyHex, transportKeyHex, pinKeyHex, ...rest } = parsed.data;
  return ok({
    ...rest,
    identity: { terminalId, merchantId },
    macKey: new SecretKey(hex(macKeyHex)),
    ...(pinKeyHex && { pinKey: new SecretKey(hex(pinKeyHex)) }),
    ...(transportKeyHex && { transportKey: new SecretKey(hex(transportKeyHex)) }),
  });
}

const line = z.string().min(1).max(200);
const certificate = z.string().regex(/^-----BEGIN CERTIFICATE-----\n/);

const enrolmentFile = z.object({
  terminalId: z.string().regex(/^\d{8}$/),
  merchantId: z.string().regex(/^[0-9A-Za-z ]{15}$/),
  merchantName: line,
  merchantAddress: line,
  host: line,
  port: z.int().min(1).max(65_535),
  serverName: line,
  caCertificatePem: certificate,
  certificatePem: certificate,
  privateKeyPem: z.string().regex(/^-----BEGIN (EC |RSA )?PRIVATE KEY-----\n/),
  macKeyHex: z.string().regex(/^[0-9A-Fa-f]{32}$/),
  pinKeyHex: z
    .string()
    .regex(/^[0-9A-Fa-f]{32}$/)
    .optional(),
  transportKeyHex: z
    .string()
    .regex(/^[0-9A-Fa-f]{64}$/)
    .optional(),
});
