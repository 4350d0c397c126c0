/** A certificate with its private key. */
export interface Identity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** An authority that signs certificates for a day. */
export interface Authority {
  readonly caCertificatePem: string;
  /** A certificate for this name, for both ends of a connection. */
  readonly issue: (name: string) => Promise<Identity>;
}

// The library asks for the metadata of decorators even where there is none.
for (const member of ['getMetadata', 'getOwnMetadata', 'defineMetadata']) {
  if (!Reflect.has(Reflect, member)) Reflect.set(Reflect, member, () => undefined);
}
const x509 = await import('@peculiar/x509');

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

/** Makes an authority with a new key. */
export async function makeAuthority(name: string): Promise<Authority> {
  const caKeys = await newKeys();
  const validity = {
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    signingAlgorithm: ALGORITHM,
  };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: '01',
    name: `CN=${name}`,
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  let serial = 1;
  return {
    caCertificatePem: ca.toString('pem'),
    issue: async (subject) => {
      const keys = await newKeys();
      const certificate = await x509.X509CertificateGenerator.create({
        ...validity,
        serialNumber: `0${++serial}`,
        subject: `CN=${subject}`,
        issuer: ca.subject,
        publicKey: keys.publicKey,
        signingKey: caKeys.privateKey,
        extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: subject }])],
      });
      const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
      const privateKeyPem = x509.PemConverter.encode(pkcs8, 'PRIVATE KEY');
      return { certificatePem: certificate.toString('pem'), privateKeyPem };
    },
  };
}

function newKeys() {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}
