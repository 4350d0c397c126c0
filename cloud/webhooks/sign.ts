import { createHmac } from 'node:crypto';
import type { SecretKey } from '#kernel/keys/secret-key.ts';

/** What is signed. */
export interface SignedContent {
  readonly eventId: string;
  /** Seconds since 1970: when it is sent, not when it happened. */
  readonly timestampS: number;
  readonly body: string;
}

/**
 * The headers by which a receiver knows who sent an event, that it is fresh and that it is the same
 * as another; a signature by each secret. Source: Standard Webhooks 1.0, symmetric signatures:
 * HMAC-SHA256 over `id.timestamp.body`, base64, after `v1,`; several are separated by spaces.
 */
export function signatureHeaders(
  { eventId, timestampS, body }: SignedContent,
  secrets: readonly SecretKey[],
): Readonly<Record<string, string>> {
  const content = `${eventId}.${timestampS}.${body}`;
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', secret.reveal()).update(content).digest('base64');
    return `v1,${mac}`;
  });
  return {
    'webhook-id': eventId,
    'webhook-timestamp': `${timestampS}`,
    'webhook-signature': signatures.join(' '),
  };
}

/** A secret as its receiver is given it. Source: Standard Webhooks 1.0, `whsec_` and base64. */
export function secretText(secret: SecretKey): string {
  return `whsec_${Buffer.from(secret.reveal()).toString('base64')}`;
}
