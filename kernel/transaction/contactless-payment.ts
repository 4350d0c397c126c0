import { readIssuerData } from '../emv/contact/issuer-data.ts';
import { type EntryPointResult, runEntryPoint } from '../emv/contactless/entry-point.ts';
import type { ContactlessInput } from '../emv/contactless/input.ts';
import type { OutcomeReason } from '../emv/contactless/outcome.ts';
import { type AuthorisationRequest, buildAuthorisationRequest } from './authorisation.ts';
import type { HostReply, KernelStep } from './commands.ts';
import type { EndReason, ScoreAnswer } from './payment.ts';
import { declineReason, isApproval, isSoftDecline } from './response-codes.ts';
import { askOnlinePin, authoriseOnline, show } from './steps.ts';

/** How a payment ends as the kernel sees it. `unknown` is for the terminal to resolve. */
export type PaymentOutcome =
  | { readonly type: 'approved'; readonly responseCode: string }
  | {
      readonly type: 'declined';
      readonly reason: EndReason;
      readonly responseCode?: string;
      /** After a soft decline: what the cardholder must do, where the host said so. */
      readonly requiredMethod?: ScoreAnswer['requiredMethod'];
    }
  | { readonly type: 'cancelled'; readonly reason: EndReason }
  | { readonly type: 'unknown' };

type Concluded = Extract<EntryPointResult, { type: 'outcome' }>;

/** What an approval without the issuer is recorded as. Source: EMV 4.4 Book 4, annex A6. */
const OFFLINE_APPROVED = 'Y1';

/** What the issuer asked for when it declined the payment before. */
export interface PaymentDemand {
  /** A PIN, however the wearable verifies its user. */
  readonly onlinePin?: boolean;
}

/** One contactless payment, from the amount to what the issuer said. */
export function* payContactless(
  input: ContactlessInput,
  demand: PaymentDemand = {},
): KernelStep<PaymentOutcome> {
  const result = yield* runEntryPoint(input);
  if (result.type === 'cancelled') return { type: 'cancelled', reason: 'cashier' };
  const { type, reason } = result.outcome;
  switch (type) {
    case 'online-request':
      return yield* goOnline(input, result, demand);
    case 'approved':
      return { type, responseCode: OFFLINE_APPROVED };
    case 'declined':
      return { type, reason: 'card-declined' };
    case 'try-another-interface':
    case 'select-next':
      return { type: 'declined', reason: endReason(reason) ?? 'card-not-supported' };
    case 'end-application':
    case 'try-again':
      return { type: 'declined', reason: endReason(reason) ?? 'card-error' };
    default:
      return type satisfies never;
  }
}

function endReason(reason: OutcomeReason | undefined): EndReason | undefined {
  return reason && END_REASONS[reason];
}

const END_REASONS: Readonly<Partial<Record<OutcomeReason, EndReason>>> = {
  'no-common-application': 'card-not-supported',
  'amount-not-allowed': 'over-limit',
  'card-lost': 'card-removed',
};

function* goOnline(
  input: ContactlessInput,
  result: Concluded,
  demand: PaymentDemand,
): KernelStep<PaymentOutcome> {
  const { cvm, dataRecord = new Map() } = result.outcome;
  const needsPin = cvm === 'online-pin' || demand.onlinePin === true;
  const verified = needsPin ? 'online-pin' : cvm === 'n/a' ? 'none' : cvm;
  const label = result.selected?.label ?? '';
  const verification = { cvm: verified, pinBlock: undefined } as const;
  const request = buildAuthorisationRequest(dataRecord, input, verification, label);
  if (!request) return { type: 'declined', reason: 'card-error' };
  if (!needsPin) return yield* askIssuer(request, result);
  if (cvm !== 'online-pin') yield* show({ message: 'enter-pin', status: 'processing' });
  const entered = yield* askOnlinePin(request.pan);
  if (entered === 'unavailable') return { type: 'declined', reason: 'card-not-supported' };
  if (entered === 'bypassed') return { type: 'declined', reason: 'pin-not-entered' };
  yield* show({ message: 'authorising', status: 'processing' });
  const { pinBlock, keySerialNumber } = entered;
  const pin = { pinBlock, ...(keySerialNumber && { pinKeySerialNumber: keySerialNumber }) };
  return yield* askIssuer({ ...request, ...pin }, result);
}

function* askIssuer(request: AuthorisationRequest, result: Concluded): KernelStep<PaymentOutcome> {
  const reply = yield* authoriseOnline(request);
  yield* handToCard(result, reply);
  return concluded(reply);
}

/**
 * Brings the issuer's answer back to the card where the kernel asked for that: a second tap, whose
 * end changes nothing in what the issuer said. Source: EMV Contactless Book A, 6.1.2 and 8.3.
 */
function* handToCard({ outcome, resume }: Concluded, reply: HostReply): KernelStep<void> {
  const { start, onlineResponseData } = outcome;
  if (reply.type !== 'answered' || start === 'n/a' || onlineResponseData === 'n/a') return;
  const { responseCode, issuerData = new Uint8Array(0) } = reply;
  const answer = { responseCode, ...readIssuerData(issuerData) };
  const hasData = answer.authenticationData !== undefined || answer.scripts.length > 0;
  if (hasData || onlineResponseData === 'any') yield* resume(answer);
}

function concluded(reply: HostReply): PaymentOutcome {
  switch (reply.type) {
    case 'answered': {
      const { responseCode } = reply;
      if (isApproval(responseCode)) return { type: 'approved', responseCode };
      const said = reply.score?.requiredMethod;
      const requiredMethod = isSoftDecline(responseCode, said) ? said : undefined;
      const declined = { type: 'declined', reason: declineReason(responseCode) } as const;
      return { ...declined, responseCode, ...(requiredMethod && { requiredMethod }) };
    }
    case 'not-sent':
      return { type: 'declined', reason: 'host-unreachable' };
    case 'unknown':
      return reply;
    default:
      return reply satisfies never;
  }
}
