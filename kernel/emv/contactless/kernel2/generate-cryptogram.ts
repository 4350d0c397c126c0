import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { recoverAc } from '../../apdu.ts';
import { tell } from '../../decision.ts';
import type { ContactlessOutcome, TagStore } from '../outcome.ts';
import { endApplication, presentAgain } from './endings.ts';
import { acTypeOf, prepareGenerateAc } from './prepare-generate-ac.ts';
import { IDS, K2 } from './tags.ts';
import { takeCryptogram } from './take-cryptogram.ts';
import {
  canRecover,
  findTornRecord,
  forgetTornRecord,
  rememberTornTransaction,
} from './torn-records.ts';
import type { Kernel2Transaction } from './transaction.ts';

/**
 * The cryptogram, by RECOVER AC where this card's last transaction was torn and the card still has
 * what it answered then, otherwise by GENERATE AC. Source: Book C-2, 6.8 (S456.42 to S456.50), 6.9
 * to 6.11 (states 9 to 11), as publicly described.
 */
export function* generateCryptogram(t: Kernel2Transaction): KernelStep<ContactlessOutcome> {
  const torn = findTornRecord(t);
  const recovery = torn?.get(K2.drdolRelatedData);
  if (!torn || !recovery || recovery.length === 0) return yield* generate(t, torn);
  const reply = yield* transmit(recoverAc(recovery));
  if (reply.type === 'card-lost') return presentAgain(t);
  if (reply.statusWord !== '9000') return yield* generate(t, torn);
  t.data.restore(torn);
  t.acType = acTypeOf(t.data.number(K2.referenceControl)) ?? t.acType;
  forgetTornRecord(t, torn);
  return yield* takeCryptogram(t, reply);
}

/** GENERATE AC; with `torn`, in the place of that transaction. */
function* generate(
  t: Kernel2Transaction,
  torn: TagStore | undefined,
): KernelStep<ContactlessOutcome> {
  const prepared = prepareGenerateAc(t);
  if (!prepared.ok) return endApplication(t, prepared.error);
  const { trace } = t.activation.input;
  const request = { step: 'kernel2-request', result: t.acType, kernel: 2 } as const;
  tell(trace, request, t.data, [K2.referenceControl]);
  const reply = yield* transmit(prepared.value);
  if (reply.type === 'card-lost') return tornNow(t, torn);
  if (torn) forgetTornRecord(t, torn);
  return yield* takeCryptogram(t, reply, torn);
}

/**
 * A card that was lost at GENERATE AC has perhaps given its cryptogram away. Source: Book C-2, S9.5
 * to S9.15 and S11.11 to S11.17, as publicly described.
 */
function tornNow(t: Kernel2Transaction, torn: TagStore | undefined): ContactlessOutcome {
  if (canRecover(t)) {
    const hasTornWritten = ((torn?.get(K2.idsStatus)?.[0] ?? 0) & IDS.write.mask) !== 0;
    if (torn && !hasTornWritten) forgetTornRecord(t, torn);
    rememberTornTransaction(t);
    return presentAgain(t);
  }
  if (t.data.has(K2.idsStatus, IDS.write)) return endApplication(t, { l1: 'time-out' }, true);
  return presentAgain(t);
}
