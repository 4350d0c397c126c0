import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { readKeyFile, writeKeyFile } from '../store/key-file.ts';

/** A certificate with its private key. */
export interface Identity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** Who issues the certificates of a host and of the terminals that are enrolled with it. */
export interface Authority extends Identity {
  /** For the host: its names and addresses, the first of them its common name. */
  issueServer(names: readonly [string, ...string[]]): Promise<Identity>;
  /** For a terminal: its id is the common name. */
  issueTerminal(terminalId: string): Promise<Identity>;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
const VALID_DAYS = 397;
const RENEW_DAYS = 30;
/** Clocks differ; a certificate is good a little before it was made. */
const BACKDATED_DAYS = 1;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

const SHAPE = z.object({ certificatePem: z.string(), privateKeyPem: z.string() });

/**
 * Opens the authority of a data directory (`authority.json`, its owner's alone), or makes it. One
 * that would not outlive a certificate it issues now is made anew; so are then all of its.
 */
export async function openAuthority(dataDir: string, now: Date): Promise<Authority> {
  const file = path.join(dataDir, 'authority.json');
  const stored = await readKeyFile(file, SHAPE);
  if (stored && !endsWithin(stored.certificatePem, VALID_DAYS, now)) {
    return authorityOf(stored, now);
  }
  const made = await makeAuthority(now);
  await writeKeyFile(file, made);
  return authorityOf(made, now);
}

/** A new authority that nothing keeps but who asked for it. ECDSA P-256, ten years. */
export async function newAuthority(now: Date): Promise<Authority> {
  return authorityOf(await makeAuthority(now), now);
}

/** Whether a certificate is over, or soon will be, or cannot be read. */
export function isNearExpiry(certificatePem: string, now: Date): boolean {
  return endsWithin(certificatePem, RENEW_DAYS, now);
}

/** SHA-256 of a certificate, hex: what a terminal's enrolment remembers of it. */
export function certificateDigest(certificatePem: string): string {
  return new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '');
}

function endsWithin(certificatePem: string, days: number, now: Date): boolean {
  try {
    const end = new Date(new X509Certificate(certificatePem).validTo).getTime();
    return end - now.getTime() < days * DAY_MS;
  } catch {
    return true;
  }
}

async function makeAuthority(now: Date): Promise<Identity> {
  const x509 = await loadX509();
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(now, AUTHORITY_DAYS),
    name: 'CN=Tessera development CA',
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return identity(certificate, keys.privateKey);
}

function authorityOf(own: Identity, now: Date): Authority {
  const issue = async (name: string, usage: string, alternativeNames: readonly string[]) => {
    const x509 = await loadX509();
    const ca = new x509.X509Certificate(own.certificatePem);
    const pkcs8 = x509.PemConverter.decodeFirst(own.privateKeyPem);
    const signingKey = await crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']);
    const keys = await newKeys();
    const subjects = alternativeNames.map(
      (value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const,
    );
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity(now, VALID_DAYS),
      subject: `CN=${name}`,
      issuer: ca.subject,
      publicKey: keys.publicKey,
      signingKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        ...(subjects.length > 0 ? [new x509.SubjectAlternativeNameExtension(subjects)] : []),
      ],
    });
    return identity(certificate, keys.privateKey);
  };
  return {
    ...own,
    issueServer: (names) => issue(names[0], SERVER_AUTH, names),
    issueTerminal: (terminalId) => issue(terminalId, CLIENT_AUTH, []),
  };
}

function validity(now: Date, days: number) {
  return {
    serialNumber: newSerialNumber(),
    notBefore: new Date(now.getTime() - BACKDATED_DAYS * DAY_MS),
    notAfter: new Date(now.getTime() + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
  };
}

async function identity(
  certificate: import('@peculiar/x509').X509Certificate,
  privateKey: Awaited<ReturnType<typeof newKeys>>['privateKey'],
): Promise<Identity> {
  const x509 = await loadX509();
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', privateKey);
  const privateKeyPem = x509.PemConverter.encode(pkcs8, 'PRIVATE KEY');
  return { certificatePem: certificate.toString('pem'), privateKeyPem };
}

/** The library asks for the metadata of decorators even where there is none. */
async function loadX509(): Promise<typeof import('@peculiar/x509')> {
  for (const member of ['getMetadata', 'getOwnMetadata', 'defineMetadata']) {
    if (!Reflect.has(Reflect, member)) Reflect.set(Reflect, member, () => undefined);
  }
  return import('@peculiar/x509');
}

/** 16 random bytes, positive. Source: RFC 5280, 4.1.2.2. */
function newSerialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

function newKeys() {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}
