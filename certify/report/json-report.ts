import type { KeyObject } from 'node:crypto';
import type { Json } from '../vector-kind.ts';
import type { Report } from './report.ts';
import { findTampering, type ReportParts, signParts } from './signature.ts';

/** The report as JSON text; where a key is given, with a member `signature`, a list of lines. */
export function writeJsonReport(report: Report, privateKey?: KeyObject): string {
  const json: Readonly<Record<string, Json>> = JSON.parse(JSON.stringify(report));
  const signed = privateKey
    ? { ...json, signature: signParts(jsonParts(json), privateKey).split('\n') }
    : json;
  return `${JSON.stringify(signed, null, 2)}\n`;
}

/** What is wrong with a signed JSON report, in sentences; nothing when it is as signed. */
export function checkJsonReport(text: string, publicKey: KeyObject): readonly string[] {
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch {
    return ['The file is not JSON.'];
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return ['The file is not a report.'];
  }
  const { signature, ...report } = json as Readonly<Record<string, Json>>;
  if (!Array.isArray(signature)) return ['The report is not signed.'];
  return findTampering(jsonParts(report), signature.join('\n'), publicKey);
}

/** Each member is a part: how the text is laid out and in which order members stand is free. */
function jsonParts(report: Readonly<Record<string, Json>>): ReportParts {
  const names = Object.keys(report).sort();
  return new Map(names.map((name) => [name, canonicalJson(report[name] ?? null)]));
}

/** JSON without spaces, members in the order of their names (RFC 8785). */
function canonicalJson(json: Json): string {
  if (Array.isArray(json)) return `[${json.map(canonicalJson).join(',')}]`;
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  const members = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([n, v]) => `${JSON.stringify(n)}:${canonicalJson(v)}`).join(',')}}`;
}
