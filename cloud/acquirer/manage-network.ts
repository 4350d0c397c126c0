import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '#kernel/iso8583/message.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { encodeAdditionalData } from '#kernel/transaction/additional-data.ts';
import { NETWORK_CODES } from '#kernel/transaction/follow-up-messages.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Acquirer } from './acquirer.ts';
import { buildAnswer } from './answers.ts';
import { once } from './once.ts';
import type { Received } from './received.ts';
import {
  MAC_KEY,
  offerMacKey,
  signTerminal,
  TERMINAL_FRESH_MS,
  wrapKey,
} from './terminal-registry.ts';

/** DE 39. ISO 8583:1987, annex A. */
const DONE = '00';
const INVALID = '12';
/** Security violation: this terminal has no key that new keys could be sent under. */
const NO_TRANSPORT_KEY = '63';

/**
 * Answers an 0800: sign-on, sign-off, key change, echo test (DE 70). An echo has no effect and is
 * not remembered; the others act once. ISO 8583:1987, annex A.
 */
export async function manageNetwork(
  acquirer: Acquirer,
  received: Received,
): Promise<Uint8Array | null> {
  const { message, terminal } = received;
  const answer = (fields: Message['fields']) => buildAnswer(message, fields, terminal.macKey);
  const code = message.fields[70];
  const taken = { 39: DONE, ...askForKeyChange(terminal, acquirer.now()) };
  if (code === NETWORK_CODES.echo) return answer(taken);
  const act = ACTS.find((each) => NETWORK_CODES[each] === code);
  if (!act) return answer({ 39: INVALID });
  const { terminalId, transportKey } = terminal;
  if (act === 'keyChange' && !transportKey) return answer({ 39: NO_TRANSPORT_KEY });
  const answered = await once(acquirer, received, async (db, now) => {
    await appendAudit(db, terminalId, { act, at: now, details: { stan: received.key.stan } });
    if (act !== 'keyChange' || !transportKey) {
      await signTerminal(db, terminalId, act === 'signOff' ? now : null);
      return answer(act === 'signOn' ? taken : { 39: DONE });
    }
    const macKey = new SecretKey(randomBytes(MAC_KEY_BYTES));
    await offerMacKey(db, terminalId, wrapKey(acquirer.keyProtectionKey, MAC_KEY, macKey));
    return answer({ 39: DONE, 62: wrapKey(transportKey, MAC_KEY, macKey) });
  });
  // Every open connection, of whichever host, knows that a key is on its way before the terminal
  // has it: so none goes by the old key once the new one was used. Timers are not exact.
  if (act === 'keyChange') await sleep(TERMINAL_FRESH_MS + TIMER_SLACK_MS);
  return answered;
}

/** For how long a MAC key is used before the terminal is asked to change it. */
const MAC_KEY_LIFE_MS = 24 * 60 * 60_000;

/** DE 48 asks for a key change once the MAC key has been in use for a day. */
function askForKeyChange(
  { macKeySince, transportKey }: Received['terminal'],
  now: Date,
): Message['fields'] {
  const ageMs = macKeySince ? now.getTime() - macKeySince.getTime() : 0;
  if (!transportKey || ageMs <= MAC_KEY_LIFE_MS) return {};
  return { 48: encodeAdditionalData({ wantsKeyChange: true }) };
}

const ACTS = ['signOn', 'signOff', 'keyChange'] as const;
const MAC_KEY_BYTES = 16;
const TIMER_SLACK_MS = 100;
