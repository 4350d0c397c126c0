import type { TLSSocket } from 'node:tls';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { FrameDecoder, HostRequest } from '#kernel/ports/host-link.ts';

/** What a connection tells its line. */
export interface ConnectionEvents {
  /** A message came that no exchange claimed. */
  readonly onUnclaimed: () => void;
  /** An exchange ended without an answer, and not one byte came meanwhile. */
  readonly onSilence: () => void;
  /** The first bytes came: the host has accepted us. */
  readonly onHeard: () => void;
  readonly onClosed: () => void;
}

interface Exchange {
  readonly isAnswer: HostRequest['isAnswer'];
  readonly settle: (outcome: Result<Uint8Array, PortFailure>) => void;
}

/** One established connection and the exchanges under way on it. */
export class HostConnection {
  readonly #socket: TLSSocket;
  readonly #decoder: FrameDecoder;
  readonly #events: ConnectionEvents;
  readonly #pending = new Set<Exchange>();
  #bytesHeard = 0;
  #retired = false;

  constructor(socket: TLSSocket, decoder: FrameDecoder, events: ConnectionEvents) {
    this.#socket = socket;
    this.#decoder = decoder;
    this.#events = events;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('close', () => this.#lose());
    if (socket.destroyed) setImmediate(() => this.#lose());
  }

  /** Sends a frame and waits for the answer; see the port for the failures. */
  exchange(
    frame: Uint8Array,
    isAnswer: HostRequest['isAnswer'],
    timeoutMs: number,
  ): Promise<Result<Uint8Array, PortFailure>> {
    if (!this.#socket.writable) return Promise.resolve(fail(unreachable('the connection ended')));
    return new Promise((resolve) => {
      const heardBefore = this.#bytesHeard;
      const timer = setTimeout(() => {
        exchange.settle(unknown('host-timeout', `no answer within ${Math.ceil(timeoutMs)} ms`));
        if (this.#bytesHeard === heardBefore) this.#events.onSilence();
      }, timeoutMs);
      const exchange: Exchange = {
        isAnswer,
        settle: (outcome) => {
          clearTimeout(timer);
          this.#pending.delete(exchange);
          this.#endIfDone();
          resolve(outcome);
        },
      };
      this.#pending.add(exchange);
      this.#socket.write(frame);
    });
  }

  /** Ends the connection as soon as nothing is under way on it. */
  retire(): void {
    this.#retired = true;
    this.#endIfDone();
  }

  /** Ends the connection now. What is under way is lost. */
  destroy(): void {
    this.#socket.destroy();
    this.#lose();
  }

  #receive(chunk: Uint8Array): void {
    if (this.#bytesHeard === 0) this.#events.onHeard();
    this.#bytesHeard += chunk.length;
    const messages = this.#decoder.push(chunk);
    if (messages.ok) for (const message of messages.value) this.#deliver(message);
    else this.destroy();
  }

  #deliver(message: Uint8Array): void {
    const claimant = [...this.#pending].find((exchange) => claims(exchange, message));
    if (claimant) claimant.settle(ok(message));
    else this.#events.onUnclaimed();
  }

  #lose(): void {
    for (const exchange of [...this.#pending]) {
      exchange.settle(unknown('connection-lost', 'the connection ended before the answer came'));
    }
    this.#events.onClosed();
  }

  #endIfDone(): void {
    if (this.#retired && this.#pending.size === 0) this.#socket.destroy();
  }
}

/** The failure for a message that was not sent. */
export function unreachable(reason: string): PortFailure {
  const detail = `the host cannot be reached: ${reason}`;
  return { kind: 'host-unreachable', retryable: true, effect: 'none', detail };
}

function claims(exchange: Exchange, message: Uint8Array): boolean {
  try {
    return exchange.isAnswer(message);
  } catch {
    return false;
  }
}

function unknown(kind: string, detail: string): { ok: false; error: PortFailure } {
  return fail({ kind, retryable: false, effect: 'unknown', detail });
}
