import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import type { HostReply } from '#kernel/transaction/commands.ts';
import type { UiRequest } from '#kernel/transaction/ui-request.ts';

/**
 * Somebody who watches a payment: the till's screen, the demonstration, a capture. What it is given
 * holds card data, so it must not be kept or printed unmasked. It must not throw.
 */
export interface PaymentObserver {
  /** The kernel was started with this. */
  begun?(input: ContactlessInput): void;
  shown?(request: UiRequest): void;
  /** A card was found. */
  cardFound?(readerName: string): void;
  /** One APDU went out and came back (`undefined`: the card was lost). */
  apdu?(command: Uint8Array, response: Uint8Array | undefined, elapsedMs: number): void;
  /** A message to the host and its answer (`undefined`: none). */
  hostExchange?(request: Message, answer: Message | undefined, elapsedMs: number): void;
  /** What the kernel was told of the issuer's answer. */
  authorised?(reply: HostReply): void;
  /** Time the kernel itself took, in total. */
  kernelTime?(elapsedMs: number): void;
}

/** Two observers as one; each is told what it asks for, the first before the second. */
export function together(first: PaymentObserver, second: PaymentObserver): PaymentObserver {
  return {
    begun(input) {
      first.begun?.(input);
      second.begun?.(input);
    },
    shown(request) {
      first.shown?.(request);
      second.shown?.(request);
    },
    cardFound(readerName) {
      first.cardFound?.(readerName);
      second.cardFound?.(readerName);
    },
    apdu(command, response, elapsedMs) {
      first.apdu?.(command, response, elapsedMs);
      second.apdu?.(command, response, elapsedMs);
    },
    hostExchange(request, answer, elapsedMs) {
      first.hostExchange?.(request, answer, elapsedMs);
      second.hostExchange?.(request, answer, elapsedMs);
    },
    authorised(reply) {
      first.authorised?.(reply);
      second.authorised?.(reply);
    },
    kernelTime(elapsedMs) {
      first.kernelTime?.(elapsedMs);
      second.kernelTime?.(elapsedMs);
    },
  };
}
