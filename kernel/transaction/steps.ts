import { parseResponse } from '../emv/apdu.ts';
import type { SecretKey } from '../keys/secret-key.ts';
import type { AuthorisationRequest } from './authorisation.ts';
import type {
  ApplicationChoice,
  CardReply,
  EncipheredPin,
  FieldActivation,
  HostReply,
  KernelCommand,
  KernelReply,
  KernelStep,
} from './commands.ts';
import type { UiRequest } from './ui-request.ts';

/** Waits for a card in the field. */
export function* activateField(
  how: FieldActivation = {},
): KernelStep<'activated' | 'collision' | 'cancelled'> {
  const reply = yield { type: 'activate', interface: 'contactless', ...how };
  if (reply.type === 'activated' || reply.type === 'collision' || reply.type === 'cancelled') {
    return reply.type;
  }
  return wrongReply('activate', reply);
}

/** Waits for a card in the slot. */
export function* activateContact(): KernelStep<'activated' | 'cancelled'> {
  const reply = yield { type: 'activate', interface: 'contact' };
  if (reply.type === 'activated' || reply.type === 'cancelled') return reply.type;
  return wrongReply('activate', reply);
}

/** Sends a command to the card. An answer without status bytes counts as a card that was lost. */
export function* transmit(command: Uint8Array): KernelStep<CardReply> {
  const reply = yield { type: 'transmit', command };
  if (reply.type === 'card-lost') return reply;
  if (reply.type !== 'response') return wrongReply('transmit', reply);
  const parsed = parseResponse(reply.response);
  if (!parsed.ok) return { type: 'card-lost' };
  const { elapsedUs } = reply;
  return { type: 'response', ...parsed.value, ...(elapsedUs !== undefined && { elapsedUs }) };
}

/** Has the PIN entered for the issuer: the enciphered block, or why there is none. */
export function* askOnlinePin(
  pan?: string,
): KernelStep<EncipheredPin | 'unavailable' | 'bypassed'> {
  const reply = yield { type: 'ask-pin', use: 'online', ...(pan !== undefined && { pan }) };
  return reply.type === 'pin-entered' ? reply : noPin(reply);
}

/** Has the PIN entered for the card: the block of format 2, or why there is none. */
export function* askOfflinePin(
  triesLeft: number | undefined,
): KernelStep<SecretKey | 'unavailable' | 'bypassed'> {
  const tries = triesLeft === undefined ? {} : { triesLeft };
  const reply = yield { type: 'ask-pin', use: 'offline', ...tries };
  if (reply.type === 'offline-pin-entered') return reply.pinBlock;
  return noPin(reply);
}

function noPin(reply: KernelReply): 'unavailable' | 'bypassed' {
  if (reply.type === 'pin-unavailable') return 'unavailable';
  return reply.type === 'pin-bypassed' ? 'bypassed' : wrongReply('ask-pin', reply);
}

/** Has the cardholder choose an application; `undefined` where they refuse. */
export function* chooseApplication(
  candidates: readonly ApplicationChoice[],
): KernelStep<number | undefined> {
  const reply = yield { type: 'choose-application', candidates };
  if (reply.type === 'application-chosen') return reply.index;
  return reply.type === 'cancelled' ? undefined : wrongReply('choose-application', reply);
}

/** Asks the issuer. */
export function* authoriseOnline(request: AuthorisationRequest): KernelStep<HostReply> {
  const reply = yield { type: 'authorise-online', request };
  if (reply.type === 'answered' || reply.type === 'not-sent' || reply.type === 'unknown') {
    return reply;
  }
  return wrongReply('authorise-online', reply);
}

/** Tells the customer something. */
export function* show(request: UiRequest): KernelStep<void> {
  const reply = yield { type: 'show', request };
  if (reply.type !== 'shown') wrongReply('show', reply);
}

function wrongReply(command: KernelCommand['type'], reply: KernelReply): never {
  throw new TypeError(`a reply of type ${reply.type} does not answer ${command}`);
}
