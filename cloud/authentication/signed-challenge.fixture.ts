import {
  type FidoAlgorithm,
  FidoAuthenticator,
  type FidoRequest,
} from '#wearable/fido/authenticator.ts';
import { createVolatileMemory } from '#wearable/memory.ts';

/** The relying party of the default rules. */
export const RELYING_PARTY = { id: 'localhost', origins: ['https://localhost'] } as const;

/** The wearable's authenticator, with a user who confirms whenever something is to be signed. */
export function authenticatorOf(algorithm: FidoAlgorithm) {
  const user = { isConfirmed: false };
  const authenticator = new FidoAuthenticator(createVolatileMemory(), 'ring', user);
  const registration = unwrap(authenticator.register(RELYING_PARTY.id, algorithm));
  const sign = (challenge: Uint8Array, change: Partial<FidoRequest> = {}) => {
    user.isConfirmed = true;
    const request = { relyingPartyId: RELYING_PARTY.id, origin: 'https://localhost', challenge };
    return unwrap(authenticator.sign({ ...request, ...change }));
  };
  return { authenticator, registration, sign };
}

function unwrap<T>(result: { ok: true; value: T } | { ok: false; error: string }): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
