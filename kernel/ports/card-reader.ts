import type { Result } from '../bytes/result.ts';
import type { CancelSignal } from './cancel-signal.ts';
import type { PortFailure } from './failure.ts';

/** Whether a reader can be used now, for the status line of the till. */
export type ReaderState = 'ready' | 'absent';

/**
 * A device that brings a wearable (or a card) into reach: an NFC reader, a BLE link, a simulator.
 *
 * Contract: nothing here throws. `connect` may be called again after its promise has settled, never
 * before. A reader that disappears reports `absent` and comes back by itself when it can.
 */
export interface CardReader {
  /** For people, for example `Virtual PCD 00 00`. */
  readonly name: string;
  /** The state now. */
  state(): ReaderState;
  /** Calls `listener` after each change of state; the returned function ends that. */
  onStateChange(listener: (state: ReaderState) => void): () => void;
  /**
   * Waits, however long, for a card and powers it. Only a card presented while waiting counts: one
   * left in the field from an earlier transaction must be removed first.
   * Failures: `cancelled` (by `signal`), `reader-absent`, `reader-error`; all with effect `none`.
   */
  connect(signal: CancelSignal): Promise<Result<CardConnection, PortFailure>>;
  /** Releases the device. A waiting `connect` settles with `cancelled`. */
  close(): Promise<void>;
}

/** One powered card. Commands go one at a time. */
export interface CardConnection {
  /**
   * Sends one command APDU and resolves to the response APDU: data, then SW1 SW2 (ISO 7816-4).
   * The driver does what the transport needs (T=0 `61xx`/`6Cxx`), so callers see only whole
   * answers. Failures: `card-removed`, `card-error`; effect `unknown` (the card may have counted
   * the command).
   */
  transmit(command: Uint8Array): Promise<Result<Uint8Array, PortFailure>>;
  /** Resolves once the card has left the field, or the connection is closed. */
  removed(): Promise<void>;
  /** Powers the card off. Calling it again does nothing. */
  close(): Promise<void>;
}
