import { createHash, type KeyObject, sign, verify } from 'node:crypto';

/** The named parts of a report, in order. Together they are all of it but the signature. */
export type ReportParts = ReadonlyMap<string, string>;

/**
 * What is signed: lines of text that name each part with its SHA-256, so that a report which was
 * changed can say where. The last line is the Ed25519 signature of the lines before it.
 */
export function signParts(parts: ReportParts, privateKey: KeyObject): string {
  const signed = [TITLE, ...digestLines(parts), ''].join('\n');
  return `${signed}${SIGNATURE}${sign(null, encode(signed), privateKey).toString('base64')}`;
}

/**
 * Whether these parts are what was signed with this key. Gives nothing when they are, else
 * sentences that say what is wrong.
 */
export function findTampering(
  parts: ReportParts,
  signature: string,
  publicKey: KeyObject,
): readonly string[] {
  const at = signature.lastIndexOf(`\n${SIGNATURE}`) + 1;
  const signed = signature.slice(0, at);
  if (at === 0 || !signed.startsWith(`${TITLE}\n`)) return ['The signature is not in its form.'];
  const text = signature.slice(at + SIGNATURE.length);
  const value = Buffer.from(text, 'base64');
  // Base64 has several texts for the same bytes; only the one that was written is accepted.
  if (value.toString('base64') !== text || !verify(null, encode(signed), publicKey, value)) {
    return ['The signature is not by this key, or the list of what was signed was changed.'];
  }
  const then = new Set(signed.split('\n').slice(1, -1));
  const now = digestLines(parts);
  const changed = now.filter((line) => !then.has(line)).map(partOf);
  const names = new Set(now.map(partOf));
  const missing = [...then].map(partOf).filter((name) => !names.has(name));
  const order = [...then].join('\n') === now.join('\n') ? [] : ['Parts are not in their order.'];
  const sentences = [
    ...changed.map((name) => `The part “${name}” is not as it was signed.`),
    ...missing.map((name) => `The part “${name}” is missing.`),
  ];
  return sentences.length > 0 ? sentences : order;
}

const TITLE = 'tessera-report-signature-1';
const SIGNATURE = 'Ed25519 ';

function digestLines(parts: ReportParts): readonly string[] {
  return [...parts].map(([name, text]) => {
    const digest = createHash('sha256').update(encode(text)).digest('hex').toUpperCase();
    return `${digest}  ${name}`;
  });
}

function partOf(line: string): string {
  return line.slice(line.indexOf('  ') + 2);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
