import { K2 } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import type { AcType } from './transaction.ts';

/** Terminal types (9F35) that only go online, and those that never do. EMV 4.4 Book 4, A1. */
const ONLINE_ONLY: ReadonlySet<number> = new Set([0x11, 0x21, 0x14, 0x24, 0x34]);
const OFFLINE_ONLY: ReadonlySet<number> = new Set([0x23, 0x26, 0x36, 0x13, 0x16]);

/**
 * Which cryptogram the terminal asks for, from the TVR, the terminal's action codes (DF8120 to
 * DF8122) and the issuer's (9F0D to 9F0F). An issuer's code that the card leaves out denies
 * nothing, and otherwise matches every bit. Source: Book C-2, 7.8 (TAA.1 to TAA.18), as publicly
 * described; EMV 4.4 Book 3, 10.7.
 */
export function analyseTerminalAction(data: TlvDatabase): AcType {
  const tvr = data.get('95');
  if (matches(tvr, data.get(K2.tacDenial)) || matches(tvr, data.get('9F0E'))) return 'AAC';
  const type = data.number('9F35');
  if (ONLINE_ONLY.has(type)) return 'ARQC';
  if (OFFLINE_ONLY.has(type)) {
    return matchesEither(data, K2.tacDefault, '9F0D') ? 'AAC' : 'TC';
  }
  return matchesEither(data, K2.tacOnline, '9F0F') ? 'ARQC' : 'TC';
}

function matchesEither(data: TlvDatabase, tac: string, iac: string): boolean {
  const tvr = data.get('95');
  const issuers = data.find(iac) ?? new Uint8Array(5).fill(0xff);
  return matches(tvr, data.get(tac)) || matches(tvr, issuers);
}

function matches(tvr: Uint8Array, code: Uint8Array): boolean {
  return tvr.some((byte, i) => (byte & (code[i] ?? 0)) !== 0);
}
