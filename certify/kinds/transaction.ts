import { fail, type Malformed, type Result } from '#kernel/bytes/result.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, VectorKind } from '../vector-kind.ts';
import type { ReplayWatch } from '../watch.ts';
import { runContact } from './contact-transaction.ts';
import { runContactless } from './contactless-transaction.ts';

/**
 * A whole transaction against a recorded card. Errors besides `bad-input`: `command-differs` and
 * `command-beyond-exchange`, the path naming the command; `input-exhausted`.
 */
export const transaction: VectorKind = {
  kind: 'transaction',
  run: (members) => runTransaction(members),
};

/** Runs the input of a `transaction` vector; `watch` sees what is done and decided on the way. */
export function runTransaction(
  members: JsonObject,
  watch?: ReplayWatch,
): Result<JsonObject, Malformed> {
  const input = new VectorInput(members);
  const transmission = input.oneOf('interface', ['contactless', 'contact']);
  if (input.fault) return fail(input.fault);
  return transmission === 'contact' ? runContact(input, watch) : runContactless(input, watch);
}
