import type { Malformed, Result } from '../bytes/result.ts';
import type { PortFailure } from './failure.ts';

/** Whether the host can be reached now, for the status line of the till. */
export type HostState = 'up' | 'down';

/**
 * The line to the acquirer host. It carries whole messages and knows nothing of their content.
 *
 * Contract: nothing here throws. Several exchanges may be under way at once on one connection;
 * each takes the first message for which its own `isAnswer` says yes. A message that no exchange
 * claims (late, repeated, for somebody else, with a wrong MAC) is dropped. The line reconnects by
 * itself.
 */
export interface HostLink {
  /** The state now. */
  state(): HostState;
  /** Calls `listener` after each change of state; the returned function ends that. */
  onStateChange(listener: (state: HostState) => void): () => void;
  /**
   * Sends one message and waits for its answer.
   *
   * Failures: `host-unreachable`, effect `none`: not one byte of the message was handed to an
   * established connection. `host-timeout` (no accepted answer within `timeoutMs`) and
   * `connection-lost`, both with effect `unknown`.
   */
  exchange(request: HostRequest): Promise<Result<Uint8Array, PortFailure>>;
  /** Ends the line; exchanges under way settle with `connection-lost`. */
  close(): Promise<void>;
}

/** What `HostLink.exchange` needs. */
export interface HostRequest {
  readonly message: Uint8Array;
  /** Whether a received message is the answer to this one. Must not throw. */
  readonly isAnswer: (candidate: Uint8Array) => boolean;
  readonly timeoutMs: number;
}

/** How messages are told apart on a byte stream (see `kernel/iso8583/framing.ts`). */
export interface Framing {
  /** The message as it goes on the wire. */
  encode(message: Uint8Array): Uint8Array;
  /** A decoder with its own state, one per connection. */
  decoder(): FrameDecoder;
}

/** Cuts a byte stream back into messages. */
export interface FrameDecoder {
  /**
   * Takes the next bytes and returns the messages they complete, oldest first. An error (a frame
   * over the size limit, a bad length) is final: the connection must be dropped.
   */
  push(chunk: Uint8Array): Result<readonly Uint8Array[], Malformed>;
  /** How many bytes of a message that is not whole are kept. */
  readonly pendingBytes: number;
}
