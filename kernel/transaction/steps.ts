import { parseResponse } from '../emv/apdu.ts';
import type { AuthorisationRequest } from './authorisation.ts';
import type {
  CardReply,
  HostReply,
  KernelCommand,
  KernelReply,
  KernelStep,
  UiMessage,
} from './commands.ts';

/** Waits for a card in the field. */
export function* activate(): KernelStep<'activated' | 'cancelled'> {
  const reply = yield { type: 'activate', interface: 'contactless' };
  if (reply.type === 'activated' || reply.type === 'cancelled') return reply.type;
  return wrongReply('activate', reply);
}

/** Sends a command to the card. An answer without status bytes counts as a card that was lost. */
export function* transmit(command: Uint8Array): KernelStep<CardReply> {
  const reply = yield { type: 'transmit', command };
  if (reply.type === 'card-lost') return reply;
  if (reply.type !== 'response') return wrongReply('transmit', reply);
  const parsed = parseResponse(reply.response);
  return parsed.ok ? { type: 'response', ...parsed.value } : { type: 'card-lost' };
}

/** Has the PIN entered for the issuer; `undefined` where it cannot be or is not. */
export function* askOnlinePin(): KernelStep<Uint8Array | undefined> {
  const reply = yield { type: 'ask-pin', use: 'online' };
  if (reply.type === 'pin-entered') return reply.pinBlock;
  if (reply.type === 'pin-unavailable') return undefined;
  return wrongReply('ask-pin', reply);
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
export function* show(message: UiMessage): KernelStep<void> {
  const reply = yield { type: 'show', message };
  if (reply.type !== 'shown') wrongReply('show', reply);
}

function wrongReply(command: KernelCommand['type'], reply: KernelReply): never {
  throw new TypeError(`a reply of type ${reply.type} does not answer ${command}`);
}
