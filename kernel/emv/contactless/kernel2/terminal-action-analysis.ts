import { sharedBits, type Trace, tell } from '../../decision.ts';
import { onlineCapability } from '../../terminal-type.ts';
import { K2 } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import type { AcType } from './transaction.ts';

/**
 * Which cryptogram the terminal asks for, from the TVR, the terminal's action codes (DF8120 to
 * DF8122) and the issuer's (9F0D to 9F0F). An issuer's code that the card leaves out denies
 * nothing, and otherwise matches every bit. Source: Book C-2, 7.8 (TAA.1 to TAA.18), as publicly
 * described; EMV 4.4 Book 3, 10.7.
 */
export function analyseTerminalAction(data: TlvDatabase, trace?: Trace): AcType {
  const type = decide(data, trace);
  tell(trace, { step: 'kernel2-action-analysis', result: type, kernel: 2 }, data, ['9F35']);
  return type;
}

function decide(data: TlvDatabase, trace: Trace | undefined): AcType {
  const byTerminal = matches(data, K2.tacDenial, 'TAC denial', trace);
  const byIssuer = matches(data, '9F0E', 'IAC denial', trace);
  if (byTerminal || byIssuer) return 'AAC';
  const capability = onlineCapability(data.get('9F35'));
  if (capability === 'online-only') return 'ARQC';
  if (capability === 'offline-only') {
    return matchesEither(data, K2.tacDefault, '9F0D', 'default', trace) ? 'AAC' : 'TC';
  }
  return matchesEither(data, K2.tacOnline, '9F0F', 'online', trace) ? 'ARQC' : 'TC';
}

function matchesEither(
  data: TlvDatabase,
  tac: string,
  iac: string,
  name: 'default' | 'online',
  trace: Trace | undefined,
): boolean {
  const byTerminal = matches(data, tac, `TAC ${name}`, trace);
  const byIssuer = matches(data, iac, `IAC ${name}`, trace, new Uint8Array(5).fill(0xff));
  return byTerminal || byIssuer;
}

/** Whether the TVR has a bit of an action code, or of what stands in where there is none. */
function matches(
  data: TlvDatabase,
  code: string,
  result: string,
  trace: Trace | undefined,
  missing = new Uint8Array(0),
): boolean {
  const matched = sharedBits(data.get('95'), data.find(code) ?? missing);
  tell(trace, { step: 'kernel2-action-codes', result, kernel: 2, matched });
  return matched.some((byte) => byte !== 0);
}
