import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { Framing, HostLink, HostRequest, HostState } from '#kernel/ports/host-link.ts';
import { HostConnection, unreachable } from './connection.ts';
import { type DialTarget, dial } from './dial.ts';

/** What a line to a host needs. */
export interface TlsHostLinkOptions extends Omit<DialTarget, 'credentials'> {
  /** The authority that signed the host's certificate. No other is believed. */
  readonly caCertificatePem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly framing: Framing;
  readonly backoff: Backoff;
}

/** How long to wait before the next attempt: between nothing and a bound that doubles. */
export interface Backoff {
  /** The bound before the first attempt. */
  readonly firstMs: number;
  /** The bound is never higher. */
  readonly maxMs: number;
  /** A number from 0 up to 1, so that terminals do not all come back at the same moment. */
  readonly random: () => number;
}

/**
 * Opens a line over mutual TLS (1.2 or newer) and connects at once.
 * Failure: `host-credentials`, when certificates or key cannot be used; nothing was sent.
 */
export function openTlsHostLink(options: TlsHostLinkOptions): Result<TlsHostLink, PortFailure> {
  try {
    const credentials = createSecureContext({
      ca: options.caCertificatePem,
      cert: options.certificatePem,
      key: options.privateKeyPem,
      minVersion: 'TLSv1.2',
    });
    return ok(new TlsHostLink(options, credentials));
  } catch {
    const detail = 'the certificates or the private key of this terminal cannot be used';
    return fail({ kind: 'host-credentials', retryable: false, effect: 'none', detail });
  }
}

/** A line that keeps itself connected; see `openTlsHostLink`. */
export class TlsHostLink implements HostLink {
  readonly #target: DialTarget;
  readonly #framing: Framing;
  readonly #backoff: Backoff;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(state: HostState) => void>();
  readonly #connections = new Set<HostConnection>();
  #current: HostConnection | undefined;
  #dialling: Promise<Result<HostConnection, string>> | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #failures = 0;
  #announced: HostState = 'down';
  #dropped = 0;

  constructor(options: TlsHostLinkOptions, credentials: SecureContext) {
    this.#target = { ...options, credentials };
    this.#framing = options.framing;
    this.#backoff = options.backoff;
    void this.#connect();
  }

  /** How many messages came in that no exchange claimed. */
  get droppedMessages(): number {
    return this.#dropped;
  }

  state(): HostState {
    return this.#current ? 'up' : 'down';
  }

  onStateChange(listener: (state: HostState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As the port has it; also `message-unsendable`, effect `none`, when it cannot be framed. */
  async exchange(request: HostRequest): Promise<Result<Uint8Array, PortFailure>> {
    const frame = this.#frame(request.message);
    if (!frame.ok) return frame;
    const startedMs = performance.now();
    const connection = this.#current ? ok(this.#current) : await this.#within(request.timeoutMs);
    if (!connection.ok) return fail(unreachable(connection.error));
    const leftMs = Math.max(1, request.timeoutMs - (performance.now() - startedMs));
    return connection.value.exchange(frame.value, request.isAnswer, leftMs);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#retryTimer);
    for (const connection of [...this.#connections]) connection.destroy();
  }

  #frame(message: Uint8Array): Result<Uint8Array, PortFailure> {
    try {
      return ok(this.#framing.encode(message));
    } catch {
      const detail = `a message of ${message.length} bytes cannot be framed`;
      return fail({ kind: 'message-unsendable', retryable: false, effect: 'none', detail });
    }
  }

  /** An exchange does not sit out the backoff: it has the line tried at once. */
  async #within(timeoutMs: number): Promise<Result<HostConnection, string>> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<Result<HostConnection, string>>((resolve) => {
      timer = setTimeout(() => resolve(fail('CONNECT_TIMEOUT')), timeoutMs);
    });
    const outcome = await Promise.race([this.#connect(), tooLate]);
    clearTimeout(timer);
    return outcome;
  }

  #connect(): Promise<Result<HostConnection, string>> {
    this.#dialling ??= this.#dialOnce().finally(() => {
      this.#dialling = undefined;
    });
    return this.#dialling;
  }

  async #dialOnce(): Promise<Result<HostConnection, string>> {
    clearTimeout(this.#retryTimer);
    const socket = await dial(this.#target, this.#closing.signal);
    // Also after a failure: what was there before has fallen silent, or there would be no dialling.
    this.#current?.retire();
    this.#current = undefined;
    if (!socket.ok) {
      this.#announce();
      this.#retryLater();
      return socket;
    }
    const connection = this.#adopt(socket.value);
    if (this.#closing.signal.aborted) {
      connection.destroy();
      return fail('ABORTED');
    }
    this.#current = connection;
    this.#announce();
    return ok(connection);
  }

  #adopt(socket: TLSSocket): HostConnection {
    const connection: HostConnection = new HostConnection(socket, this.#framing.decoder(), {
      onUnclaimed: () => {
        this.#dropped += 1;
      },
      onSilence: () => void this.#connect(),
      onHeard: () => {
        this.#failures = 0;
      },
      onClosed: () => this.#forget(connection),
    });
    this.#connections.add(connection);
    return connection;
  }

  #forget(connection: HostConnection): void {
    this.#connections.delete(connection);
    if (this.#current !== connection) return;
    this.#current = undefined;
    this.#announce();
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#closing.signal.aborted) return;
    const { firstMs, maxMs, random } = this.#backoff;
    const boundMs = Math.min(maxMs, firstMs * 2 ** this.#failures);
    this.#failures += 1;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#connect(), random() * boundMs);
  }

  #announce(): void {
    const state = this.state();
    if (state === this.#announced) return;
    this.#announced = state;
    for (const listener of this.#listeners) listener(state);
  }
}
