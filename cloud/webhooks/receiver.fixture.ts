import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver was sent. */
export interface Heard {
  readonly id: string;
  readonly timestampS: number;
  readonly signatures: readonly string[];
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it as it likes
  readonly event: any;
}

/** How a receiver answers: a status, or never. */
export type Manner = number | 'never' | ((answer: ServerResponse) => void);

/** A merchant's server: HTTP on loopback, answering one manner after the other. */
export class Receiver {
  readonly heard: Heard[] = [];
  /** For the next requests, in order; then 204. */
  readonly manners: Manner[] = [];
  readonly #server = createServer((request, answer) => void this.#take(request, answer));

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks?shop=1`;
  }

  /** The events of a type, each as often as it was sent. */
  of(type: string): readonly Heard[] {
    return this.heard.filter(({ event }) => event.type === type);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { headers } = request;
    this.heard.push({
      id: String(headers['webhook-id']),
      timestampS: Number(headers['webhook-timestamp']),
      signatures: String(headers['webhook-signature']).split(' '),
      body,
      event: JSON.parse(body),
    });
    const manner = this.manners.shift() ?? 204;
    if (manner === 'never') return;
    if (typeof manner === 'number') answer.writeHead(manner).end();
    else manner(answer);
  }
}

/**
 * Whether one of its signatures is by this secret: written after the Standard Webhooks text with
 * the platform's Web Crypto, apart from what signs.
 */
export async function isSignedBy(
  { id, timestampS, body, signatures }: Heard,
  secret: string,
): Promise<boolean> {
  const raw = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (each) => each.charCodeAt(0));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', raw, algorithm, false, ['verify']);
  const content = new TextEncoder().encode([id, timestampS, body].join('.'));
  for (const each of signatures) {
    const [version, mac = ''] = each.split(',');
    const bytes = Uint8Array.from(atob(mac), (digit) => digit.charCodeAt(0));
    if (version === 'v1' && (await crypto.subtle.verify('HMAC', key, bytes, content))) return true;
  }
  return false;
}
