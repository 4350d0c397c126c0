import type { Message } from '#kernel/iso8583/message.ts';
import type { UiRequest } from '#kernel/transaction/ui-request.ts';

/**
 * Somebody who watches a payment: the till's screen, the demonstration, a capture. What it is given
 * holds card data, so it must not be kept or printed unmasked. It must not throw.
 */
export interface PaymentObserver {
  shown?(request: UiRequest): void;
  /** A card was found. */
  cardFound?(readerName: string): void;
  /** One APDU went out and came back (`undefined`: the card was lost). */
  apdu?(command: Uint8Array, response: Uint8Array | undefined, elapsedMs: number): void;
  /** A message to the host and its answer (`undefined`: none). */
  hostExchange?(request: Message, answer: Message | undefined, elapsedMs: number): void;
  /** Time the kernel itself took, in total. */
  kernelTime?(elapsedMs: number): void;
}
