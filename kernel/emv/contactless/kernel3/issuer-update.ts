import { concatBytes } from '../../../bytes/bytes.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { isApproval } from '../../../transaction/response-codes.ts';
import { show, transmit } from '../../../transaction/steps.ts';
import { externalAuthenticate } from '../../apdu.ts';
import { deliverScript } from '../../contact/issuer-scripts.ts';
import { CARD_LOST } from '../card-lost.ts';
import type { IssuerAnswer } from '../kernel-activation.ts';
import { type ContactlessOutcome, outcomeOf, type TagStore } from '../outcome.ts';

/** The lengths of issuer authentication data (91). Source: EMV 4.4 Book 3, annex A. */
const MIN_AUTHENTICATION_BYTES = 8;
const MAX_AUTHENTICATION_BYTES = 16;

/**
 * The second tap: EXTERNAL AUTHENTICATE with the issuer's cryptogram, then its scripts, each until
 * a command of it fails. Whether that went well does not change what the issuer said. Script
 * results (9F5B) are in the discretionary data. Source: EMV Contactless Book C-3, 5.9, as publicly
 * described; EMV 4.4 Book 3, 10.10, and Book 4, annex A5.
 */
export function* updateCard(
  issuer: IssuerAnswer,
  dataRecord: TagStore,
): KernelStep<ContactlessOutcome> {
  const { authenticationData } = issuer;
  const length = authenticationData?.length ?? 0;
  if (
    authenticationData &&
    length >= MIN_AUTHENTICATION_BYTES &&
    length <= MAX_AUTHENTICATION_BYTES
  ) {
    const reply = yield* transmit(externalAuthenticate(authenticationData));
    if (reply.type === 'card-lost') return CARD_LOST;
  }
  const results: Uint8Array[] = [];
  for (const script of issuer.scripts) {
    const delivered = yield* deliverScript(script);
    if (delivered.isCardLost) return CARD_LOST;
    results.push(delivered.result);
  }
  yield* show({ message: 'card-read-ok', status: 'card-read-ok' });
  const approves = isApproval(issuer.responseCode);
  return outcomeOf(approves ? 'approved' : 'declined', {
    dataRecord,
    discretionaryData: new Map([['9F5B', concatBytes(...results)]]),
    uiOnOutcome: { message: approves ? 'approved' : 'not-authorised', status: 'card-read-ok' },
    ...(!approves && { reason: 'issuer-declined' }),
  });
}
