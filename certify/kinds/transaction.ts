import { fail } from '#kernel/bytes/result.ts';
import { VectorInput } from '../vector-input.ts';
import type { VectorKind } from '../vector-kind.ts';
import { runContact } from './contact-transaction.ts';
import { runContactless } from './contactless-transaction.ts';

/**
 * A whole transaction against a recorded card. Errors besides `bad-input`: `command-differs` and
 * `command-beyond-exchange`, the path naming the command; `input-exhausted`.
 */
export const transaction: VectorKind = {
  kind: 'transaction',
  run(members) {
    const input = new VectorInput(members);
    const transmission = input.oneOf('interface', ['contactless', 'contact']);
    if (input.fault) return fail(input.fault);
    return transmission === 'contact' ? runContact(input) : runContactless(input);
  },
};
