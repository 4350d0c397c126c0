import { createHash } from 'node:crypto';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { authenticate, type OdaMethod } from '#kernel/emv/oda/authenticate.ts';
import { EC_SDSA_SUITES, verifyEcSdsa } from '#kernel/emv/oda/ec-sdsa.ts';
import type { TrustedKeys } from '#kernel/emv/oda/issuer-certificate.ts';
import { bigintRsa } from '#kernel/emv/oda/rsa-bigint.ts';
import type { RsaRecovery } from '#kernel/ports/rsa.ts';
import ecsdsa from '../test-vectors/oda/ecsdsa-verify.json' with { type: 'json' };
import { issueCertificate, makeKey, nodeRsa, signDynamicData } from './oda-card.ts';

const WARM_UP = 300;
const RUNS = 3000;
const PAN = '67999901000000000019';
const RID = hex('B054455353');
const STATIC_DATA = hex(`5A0A${PAN}5F24033012315F34010182027900`.repeat(4));
const NUMBER = hex('11223344');

/** A card with a chain of keys of so many bits, and what its transaction signs. */
interface Case {
  readonly name: string;
  readonly trusted: Omit<TrustedKeys, 'rsa'>;
  readonly card: ReadonlyMap<string, Uint8Array>;
  readonly method: OdaMethod;
}

/**
 * How long offline data authentication takes, card and commands excluded: certificates, hashes and
 * the signature, by the kernel's own integers and by OpenSSL through the same port. Milliseconds.
 */
const cases = [
  combined('CDA, all keys 1984 bits', 1984, 1984, 1984),
  combined('CDA, keys 1408, 1152, 768 bits', 1408, 1152, 768),
  fast('fast DDA, all keys 1984 bits', 1984, 1984, 1984),
  fast('fast DDA, keys 1408, 1152, 896 bits', 1408, 1152, 896),
];
write('ms', ['first', 'p50', 'p99']);
for (const one of cases) {
  for (const [name, rsa] of [
    ['bigint', bigintRsa],
    ['node:crypto', nodeRsa],
  ] as const) {
    measure(`${one.name}: ${name}`, () => run(one, rsa), RUNS);
  }
}
for (const [suite, id] of [
  [0x10, 'booke-BookE_Example256_Issuer'],
  [0x11, 'booke-BookE_Example521_Issuer'],
] as const) {
  measure(
    `EC-SDSA, ${suite === 0x10 ? 'P-256' : 'P-521'}: @noble/curves`,
    signature(suite, id),
    300,
  );
}

function combined(name: string, ca: number, issuer: number, icc: number): Case {
  const dolData = [hex('00'.repeat(20)), hex('11'.repeat(43))];
  const generateAcResponse = hex('9F2701809F360200019F10120110A040002C0000000000000000000007FF');
  const hash = createHash('sha1')
    .update(concatBytes(...dolData, generateAcResponse))
    .digest();
  const dynamic = concatBytes(hex('08010203040506070880A1A2A3A4A5A6A7A8'), hash);
  return {
    name,
    ...cardOf([ca, issuer, icc], dynamic, NUMBER),
    method: { name: 'cda', unpredictableNumber: NUMBER, dolData, generateAcResponse },
  };
}

function fast(name: string, ca: number, issuer: number, icc: number): Case {
  const terminalData = concatBytes(NUMBER, hex('000000001000082601AABBCCDD0000'));
  const { trusted, card } = cardOf([ca, issuer, icc], hex('020015'), terminalData);
  return { name, trusted, card, method: { name: 'fdda', terminalData } };
}

function cardOf(
  [caBits, issuerBits, iccBits]: readonly [number, number, number],
  dynamic: Uint8Array,
  terminalData: Uint8Array,
): Pick<Case, 'trusted' | 'card'> {
  const [ca, issuer, icc] = [makeKey(caBits), makeKey(issuerBits), makeKey(iccBits)];
  const first = issueCertificate(ca, issuer, { holder: '679999FF', expiry: '1230' });
  const second = issueCertificate(issuer, icc, { holder: PAN, expiry: '1230' }, STATIC_DATA);
  return {
    trusted: {
      caKeys: [{ rid: RID, index: 1, modulus: ca.modulus, exponent: ca.exponent }],
      revoked: [],
      rid: RID,
      date: '260115',
    },
    card: new Map([
      ['8F', hex('01')],
      ['90', first.certificate],
      ['92', first.remainder],
      ['9F32', issuer.exponent],
      ['9F46', second.certificate],
      ['9F48', second.remainder],
      ['9F47', icc.exponent],
      ['9F4B', signDynamicData(icc, dynamic, terminalData)],
      ['5A', hex(PAN)],
    ]),
  };
}

function run({ trusted, card, method }: Case, rsa: RsaRecovery): boolean {
  return authenticate({ ...trusted, rsa }, card, STATIC_DATA, method).verified;
}

function signature(indicator: number, id: string): () => boolean {
  const suite = EC_SDSA_SUITES.get(indicator);
  const input = ecsdsa.vectors.find((vector) => vector.id === id)?.input;
  const [x, message, signed] = [input?.publicKeyX, input?.message, input?.signature].map((part) =>
    hex(part ?? ''),
  );
  if (!suite || !x || !message || !signed) throw new Error(`no vector ${id}`);
  return () => verifyEcSdsa(suite, x, message, signed);
}

function measure(name: string, work: () => boolean, runs: number): void {
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + runs; i++) {
    const start = performance.now();
    const verified = work();
    times.push(performance.now() - start);
    if (!verified) throw new Error(`${name} does not verify`);
  }
  const sorted = times.slice(WARM_UP).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  write(
    name,
    [times[0] ?? 0, at(0.5), at(0.99)].map((ms) => ms.toFixed(3)),
  );
}

function write(name: string, columns: readonly string[]): void {
  process.stdout.write(`${name.padEnd(52)}${columns.map((c) => c.padStart(9)).join('')}\n`);
}
