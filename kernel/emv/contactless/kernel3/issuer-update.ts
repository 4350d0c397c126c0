import { concatBytes } from '../../../bytes/bytes.ts';
import { decodeTlv, findTag } from '../../../tlv/ber.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { isApproval } from '../../../transaction/response-codes.ts';
import { show, transmit } from '../../../transaction/steps.ts';
import { externalAuthenticate } from '../../apdu.ts';
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
    const result = yield* runScript(script);
    if (result === 'card-lost') return CARD_LOST;
    results.push(result);
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

const FAILED = 0x10;
const SUCCEEDED = 0x20;
const MAX_SEQUENCE = 15;

/** Runs one script (template 71 or 72) and gives its result, 5 bytes. Book 4, annex A5. */
function* runScript(script: Uint8Array): KernelStep<Uint8Array | 'card-lost'> {
  const decoded = decodeTlv(script);
  const [template] = decoded.ok ? decoded.value : [];
  const inside = template ? decodeTlv(template.value) : undefined;
  const objects = inside?.ok ? inside.value : [];
  const identifier = findTag(objects, '9F18')?.value;
  const name = identifier?.length === 4 ? identifier : new Uint8Array(4);
  const commands = objects.filter(({ tag }) => tag === '86');
  if (commands.length === 0) return concatBytes(Uint8Array.of(0), name);
  for (const [i, { value }] of commands.entries()) {
    const reply = value.length >= 4 ? yield* transmit(value) : undefined;
    if (reply?.type === 'card-lost') return 'card-lost';
    // 90, 62 and 63 are success or a warning (Book 3, 10.10).
    if (!reply || !/^(90|62|63)/.test(reply.statusWord)) {
      return concatBytes(Uint8Array.of(FAILED | Math.min(i + 1, MAX_SEQUENCE)), name);
    }
  }
  return concatBytes(Uint8Array.of(SUCCEEDED), name);
}
