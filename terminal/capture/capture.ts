import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { ConfigurationMode } from '#kernel/emv/configuration/configuration.ts';
import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import type { Entropy } from '#kernel/ports/entropy.ts';
import type { PaymentObserver } from '../runner/observer.ts';
import { buildVector, type NotCaptured } from './build-vector.ts';
import type { CapturedPair } from './replace-sensitive.ts';

/** Why nothing was written. */
export type CaptureFailure =
  | NotCaptured
  /** No card was presented. */
  | 'no-card'
  | 'not-written';

/** Whether transactions may be captured in this mode: never in production. */
export function mayCapture(mode: ConfigurationMode): boolean {
  return mode === 'development';
}

/** One payment being captured: an observer for the runner, and then a file. */
export interface PaymentCapture {
  readonly observer: PaymentObserver;
  /** Writes the payment as a vector of this id; what was kept of it is forgotten either way. */
  write(file: string, id: string): Promise<Result<undefined, CaptureFailure>>;
}

/**
 * Begins to capture a payment. It keeps card data in memory until it is written. Throws where this
 * mode does not allow it.
 */
export function capturePayment(mode: ConfigurationMode, entropy: Entropy): PaymentCapture {
  if (!mayCapture(mode)) throw new Error('transactions are not captured in production');
  let pairs: CapturedPair[] = [];
  let input: ContactlessInput | undefined;
  let responseCode: string | undefined;
  let issuerData: Uint8Array = new Uint8Array(0);
  const observer: PaymentObserver = {
    begun(given) {
      input = given;
    },
    apdu(command, response = new Uint8Array(0), elapsedMs) {
      pairs.push({ command, response, elapsedUs: Math.round(1000 * elapsedMs) });
    },
    authorised(reply) {
      if (reply.type !== 'answered') return;
      ({ responseCode, issuerData = issuerData } = reply);
    },
  };
  return {
    observer,
    async write(file, id) {
      const taken = { pairs, issuerData, responseCode };
      pairs = [];
      if (!input || taken.pairs.length === 0) return fail('no-card');
      const vector = builtOf({ input, ...taken }, id, entropy.bytes(32));
      if (!vector.ok) return vector;
      try {
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, `${JSON.stringify(vector.value, null, 2)}\n`, { mode: 0o600 });
      } catch {
        return fail('not-written');
      }
      return ok(undefined);
    },
  };
}

/** The payment is over by now: whatever goes wrong must not take the till with it. */
function builtOf(...captured: Parameters<typeof buildVector>): ReturnType<typeof buildVector> {
  try {
    return buildVector(...captured);
  } catch {
    return fail('not-reproducible');
  }
}
