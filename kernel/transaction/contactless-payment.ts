import { runEntryPoint } from '../emv/contactless/entry-point.ts';
import type { ContactlessInput } from '../emv/contactless/input.ts';
import type { ContactlessOutcome, EndApplicationReason } from '../emv/contactless/outcome.ts';
import { buildAuthorisationRequest } from './authorisation.ts';
import type { HostReply, KernelStep } from './commands.ts';
import type { EndReason } from './payment.ts';
import { declineReason, isApproval } from './response-codes.ts';
import { askOnlinePin, authoriseOnline, show } from './steps.ts';

/** How a payment ends as the kernel sees it. `unknown` is for the terminal to resolve. */
export type PaymentOutcome =
  | { readonly type: 'approved'; readonly responseCode: string }
  | { readonly type: 'declined'; readonly reason: EndReason; readonly responseCode?: string }
  | { readonly type: 'cancelled'; readonly reason: EndReason }
  | { readonly type: 'unknown' };

type OnlineRequest = Extract<ContactlessOutcome, { type: 'online-request' }>;

/** One contactless payment, from the amount to what the issuer said. */
export function* payContactless(input: ContactlessInput): KernelStep<PaymentOutcome> {
  const outcome = yield* runEntryPoint(input);
  switch (outcome.type) {
    case 'online-request':
      return yield* goOnline(input, outcome);
    case 'declined':
      return { type: 'declined', reason: 'card-declined' };
    case 'end-application':
      return { type: 'declined', reason: END_REASONS[outcome.reason] };
    case 'try-another-interface':
    case 'select-next':
    case 'try-again':
      return { type: 'declined', reason: 'card-not-supported' };
    case 'cancelled':
      return { type: 'cancelled', reason: 'cashier' };
    default:
      return outcome satisfies never;
  }
}

const END_REASONS: Readonly<Record<EndApplicationReason, EndReason>> = {
  'no-common-application': 'card-not-supported',
  'amount-not-allowed': 'over-limit',
  'card-refused': 'card-error',
  'malformed-card-data': 'card-error',
  'missing-card-data': 'card-error',
  'card-lost': 'card-removed',
};

function* goOnline(input: ContactlessInput, outcome: OnlineRequest): KernelStep<PaymentOutcome> {
  yield* show('card-read-ok');
  const entered = outcome.cvm === 'online-pin' ? yield* askOnlinePin() : undefined;
  const pinBlock = typeof entered === 'string' ? undefined : entered;
  if (outcome.cvm === 'online-pin' && !pinBlock) {
    return { type: 'declined', reason: 'card-not-supported' };
  }
  const { data, cvm, applicationLabel } = outcome;
  const request = buildAuthorisationRequest(data, input, { cvm, pinBlock }, applicationLabel);
  if (!request) return { type: 'declined', reason: 'card-error' };
  yield* show('authorising');
  return concluded(yield* authoriseOnline(request));
}

function concluded(reply: HostReply): PaymentOutcome {
  switch (reply.type) {
    case 'answered': {
      const { responseCode } = reply;
      if (isApproval(responseCode)) return { type: 'approved', responseCode };
      return { type: 'declined', reason: declineReason(responseCode), responseCode };
    }
    case 'not-sent':
      return { type: 'declined', reason: 'host-unreachable' };
    case 'unknown':
      return reply;
    default:
      return reply satisfies never;
  }
}
