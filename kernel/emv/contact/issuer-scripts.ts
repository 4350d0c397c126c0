import { concatBytes } from '../../bytes/bytes.ts';
import type { KernelStep } from '../../transaction/commands.ts';
import { transmit } from '../../transaction/steps.ts';
import { tell } from '../decision.ts';
import { TVR } from '../terminal-verification-results.ts';
import type { ContactTransaction } from './contact-transaction.ts';
import type { IssuerScript } from './issuer-data.ts';
import { setTsi, setTvr, TSI } from './verification-results.ts';

const [NOT_PERFORMED, FAILED, SUCCESSFUL] = [0x00, 0x10, 0x20] as const;
/** More commands than this are told as this many. */
const LAST_SEQUENCE = 0x0f;

/**
 * Delivers the issuer's scripts of one kind (71 before, 72 after the final GENERATE AC), command by
 * command; a script ends at the first that the card does not carry out. The results (9F5B) take
 * five bytes a script: result and number of the command that failed, then the script's identifier.
 * Source: EMV 4.4 Book 3, 10.10 and annex E; Book 4, 6.3.9 and A5.
 */
export function* deliverScripts(
  transaction: ContactTransaction,
  scripts: readonly IssuerScript[],
  tag: '71' | '72',
): KernelStep<void> {
  const { data } = transaction;
  for (const script of scripts) {
    if (script.tag !== tag) continue;
    setTsi(data, TSI.scriptProcessingPerformed);
    const { result, isSuccessful } = yield* deliverScript(script);
    if (!isSuccessful) {
      setTvr(data, tag === '71' ? TVR.scriptFailedBeforeFinal : TVR.scriptFailedAfterFinal);
    }
    const before = data.get('9F5B') ?? new Uint8Array(0);
    data.set('9F5B', concatBytes(before, result));
    const told = `${tag}: ${isSuccessful ? 'carried out' : 'not carried out'}`;
    tell(transaction.input.trace, { step: 'issuer-scripts', result: told }, data, ['9F5B']);
  }
}

/** What became of a script. */
export interface DeliveredScript {
  /** Its part of the script results (9F5B), 5 bytes. */
  readonly result: Uint8Array;
  readonly isSuccessful: boolean;
  /** Whether the card did not answer one of its commands. */
  readonly isCardLost: boolean;
}

/**
 * Delivers one script. Only SW1 counts, and a warning is no error; a card that is gone has not
 * carried the command out. Source: EMV 4.4 Book 3, 10.10; Book 4, A5.
 */
export function* deliverScript(script: IssuerScript): KernelStep<DeliveredScript> {
  const { commands, identifier } = script;
  const told = (first: number, isCardLost = false): DeliveredScript => ({
    result: concatBytes(Uint8Array.of(first), identifier),
    isSuccessful: first === SUCCESSFUL,
    isCardLost,
  });
  if (!commands) return told(NOT_PERFORMED);
  for (const [i, command] of commands.entries()) {
    const reply = yield* transmit(command);
    const isCardLost = reply.type === 'card-lost';
    if (isCardLost || !/^(90|61|62|63)/.test(reply.statusWord)) {
      return told(FAILED | Math.min(i + 1, LAST_SEQUENCE), isCardLost);
    }
  }
  return told(SUCCESSFUL);
}
