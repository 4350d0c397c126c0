import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Who may talk to the till: only pages that this server gave out, opened with the address that
 * holds the token. A page of another site, another program's page on this machine and a name that
 * somebody points at 127.0.0.1 are all kept out.
 */
export class Access {
  readonly #token: string;
  readonly #port: number;

  constructor(token: string, port: number) {
    this.#token = token;
    this.#port = port;
  }

  /** The address to open the till with. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/?token=${this.#token}`;
  }

  /** Sets the session of a browser that came with the token. */
  get cookie(): string {
    return `${this.#cookieName}=${this.#token}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** Whether the browser means this server by its name (against DNS rebinding). */
  isOurHost(request: IncomingMessage): boolean {
    const { host } = request.headers;
    return host === `127.0.0.1:${this.#port}` || host === `localhost:${this.#port}`;
  }

  /** Whether a page of this server made the request, for requests that change something. */
  isOurOrigin(request: IncomingMessage): boolean {
    return request.headers.origin === `http://${request.headers.host}`;
  }

  /** Whether the request carries the session's cookie. */
  hasSession(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    const prefix = `${this.#cookieName}=`;
    const value = cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length);
    return value !== undefined && this.isToken(value);
  }

  /** Whether this is the token; takes the same time for every wrong one. */
  isToken(candidate: string): boolean {
    return timingSafeEqual(digestOf(candidate), digestOf(this.#token));
  }

  /** Cookies know no ports, so each terminal on a machine has its own name. */
  get #cookieName(): string {
    return `tessera-${this.#port}`;
  }
}

function digestOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
