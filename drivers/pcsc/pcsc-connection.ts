import type { Card, CardMode, Protocol, Reader } from 'pcsc-mini';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { CardConnection } from '#kernel/ports/card-reader.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import { exchangeT0 } from './t0.ts';

/** The module `pcsc-mini`, which is loaded only when it is there. */
export type PcscModule = typeof import('pcsc-mini');

/** Data and status word: what a short command can be answered with. */
const MAX_RESPONSE_BYTES = 258;
/**
 * The service looks for removed cards every 400 ms, so it tells us later than the exchange does.
 */
const REMOVAL_NOTICE_MS = 600;

/**
 * Powers the card in a slot, for this program alone. The error is the service's code, for example
 * `SharingViolation`.
 */
export async function openConnection(
  pcsc: PcscModule,
  reader: Reader,
): Promise<Result<PcscConnection, string>> {
  const mode: CardMode = pcsc.CardMode.EXCLUSIVE;
  // With the protocol left open, pcsc-mini transmits with none and the service refuses.
  for (const protocol of [pcsc.Protocol.T1, pcsc.Protocol.T0]) {
    try {
      const card = await reader.connect(mode, protocol);
      return ok(new PcscConnection(pcsc, card, protocol));
    } catch (error) {
      const code = errorCode(error);
      if (code !== 'ProtoMismatch') return fail(code);
    }
  }
  return fail('ProtoMismatch');
}

/** One powered card in one slot. */
export class PcscConnection implements CardConnection {
  readonly #pcsc: PcscModule;
  readonly #card: Card;
  readonly #protocol: Protocol;
  readonly #left = Promise.withResolvers<void>();
  #here = true;
  #busy = false;

  constructor(pcsc: PcscModule, card: Card, protocol: Protocol) {
    this.#pcsc = pcsc;
    this.#card = card;
    this.#protocol = protocol;
  }

  async transmit(command: Uint8Array): Promise<Result<Uint8Array, PortFailure>> {
    if (!this.#here) return cardFailure('card-removed', 'the card has left');
    if (this.#busy) return cardFailure('card-error', 'a command is under way already');
    this.#busy = true;
    const outcome = await Promise.race([this.#exchange(command), this.#left.promise]);
    this.#busy = false;
    if (outcome?.ok) return outcome;
    await this.#leftSoon();
    if (!this.#here) return cardFailure('card-removed', 'the card left before its answer was here');
    return cardFailure('card-error', `no answer from the card: ${outcome?.error}`);
  }

  removed(): Promise<void> {
    return this.#left.promise;
  }

  /** Also what to do when the slot is empty or gone: an exchange under way ends. */
  async close(): Promise<void> {
    if (!this.#here) return;
    this.#here = false;
    this.#left.resolve();
    await this.#powerOff();
  }

  /** The card is let go, now or as soon as it has answered. */
  async #powerOff(): Promise<void> {
    try {
      await this.#card.disconnect(this.#pcsc.CardDisposition.UNPOWER);
    } catch {
      // Nothing is left, or the exchange under way powers off when it ends.
    }
  }

  async #exchange(command: Uint8Array): Promise<Result<Uint8Array, string>> {
    const send = (bytes: Uint8Array) => this.#card.transmit(bytes);
    try {
      const response = await (this.#protocol === this.#pcsc.Protocol.T0
        ? exchangeT0(command, send)
        : send(command));
      if (response.length < 2) return fail('it was too short');
      if (response.length > MAX_RESPONSE_BYTES) return fail('it was too long');
      return ok(response.slice());
    } catch (error) {
      return fail(errorCode(error));
    } finally {
      if (!this.#here) await this.#powerOff();
    }
  }

  /** Waits until the slot is empty, but no longer than the service needs to see that. */
  async #leftSoon(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const noticed = new Promise((resolve) => {
      timer = setTimeout(resolve, REMOVAL_NOTICE_MS);
    });
    await Promise.race([this.#left.promise, noticed]);
    clearTimeout(timer);
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

function cardFailure(kind: string, detail: string): { ok: false; error: PortFailure } {
  return fail({ kind, retryable: false, effect: 'unknown', detail });
}
