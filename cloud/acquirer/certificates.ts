import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate with its private key. */
export interface Identity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** The certificates of an enrolment, all of one authority whose key nobody keeps. */
export interface CertificateSet {
  readonly caCertificatePem: string;
  readonly server: Identity;
  readonly terminal: Identity;
}

/** Whom certificates are for. */
export interface CertificateNames {
  /** The host's names and addresses. */
  readonly server: readonly string[];
  /** The common name of the terminal's. */
  readonly terminalId: string;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 397;
const RENEW_DAYS = 30;
/** Clocks differ; a certificate is good a little before it was made. */
const BACKDATED_DAYS = 1;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** Makes a new authority and, from it, certificates for both ends. ECDSA P-256, 397 days. */
export async function makeCertificates(
  names: CertificateNames,
  now: Date,
): Promise<CertificateSet> {
  const x509 = await loadX509();
  const validity = {
    notBefore: new Date(now.getTime() - BACKDATED_DAYS * DAY_MS),
    notAfter: new Date(now.getTime() + VALID_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
  };
  const caKeys = await newKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: newSerialNumber(),
    name: 'CN=Tessera development CA',
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const issue = async (name: string, usage: string, extensions: readonly X509Extension[]) => {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity,
      serialNumber: newSerialNumber(),
      subject: `CN=${name}`,
      issuer: ca.subject,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        ...extensions,
      ],
    });
    const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
    const privateKeyPem = x509.PemConverter.encode(pkcs8, 'PRIVATE KEY');
    return { certificatePem: certificate.toString('pem'), privateKeyPem };
  };
  const subjects = names.server.map(
    (value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const,
  );
  const alternativeNames = new x509.SubjectAlternativeNameExtension(subjects);
  return {
    caCertificatePem: ca.toString('pem'),
    server: await issue(names.server[0] ?? 'localhost', SERVER_AUTH, [alternativeNames]),
    terminal: await issue(names.terminalId, CLIENT_AUTH, []),
  };
}

type X509Extension = import('@peculiar/x509').Extension;

/** The library asks for the metadata of decorators even where there is none. */
async function loadX509(): Promise<typeof import('@peculiar/x509')> {
  for (const member of ['getMetadata', 'getOwnMetadata', 'defineMetadata']) {
    if (!Reflect.has(Reflect, member)) Reflect.set(Reflect, member, () => undefined);
  }
  return import('@peculiar/x509');
}

/** Whether a certificate is over, or soon will be, or cannot be read. */
export function isNearExpiry(certificatePem: string, now: Date): boolean {
  try {
    const end = new Date(new X509Certificate(certificatePem).validTo).getTime();
    return end - now.getTime() < RENEW_DAYS * DAY_MS;
  } catch {
    return true;
  }
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
