import type { Message } from '#kernel/iso8583/message.ts';
import type { PaymentObserver } from '#terminal/runner/observer.ts';

/** An APDU and its answer. */
export interface RecordedApdu {
  readonly command: Uint8Array;
  /** `undefined`: the card was lost. */
  readonly response: Uint8Array | undefined;
  readonly elapsedMs: number;
}

/** A message to the host and what came back. */
export interface RecordedExchange {
  readonly request: Message;
  /** `undefined`: no answer. */
  readonly answer: Message | undefined;
  readonly elapsedMs: number;
}

/** All that was seen of a payment. Holds card data: only ever shown masked. */
export interface Recording {
  readonly apdus: readonly RecordedApdu[];
  readonly exchanges: readonly RecordedExchange[];
  readonly kernelMs: number;
}

/** An observer, and the recording it makes. */
export function recordPayment(): {
  readonly observer: PaymentObserver;
  readonly recording: Recording;
} {
  const apdus: RecordedApdu[] = [];
  const exchanges: RecordedExchange[] = [];
  const recording = { apdus, exchanges, kernelMs: 0 };
  const observer: PaymentObserver = {
    apdu: (command, response, elapsedMs) => apdus.push({ command, response, elapsedMs }),
    hostExchange: (request, answer, elapsedMs) => exchanges.push({ request, answer, elapsedMs }),
    kernelTime(elapsedMs) {
      recording.kernelMs = elapsedMs;
    },
  };
  return { observer, recording };
}
