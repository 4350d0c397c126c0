import { decodeLatin1 } from '../../../bytes/ascii.ts';
import type { UiRequest } from '../../../transaction/ui-request.ts';
import {
  type ContactlessOutcome,
  type OdaReport,
  type OutcomeType,
  outcomeOf,
} from '../outcome.ts';
import { encodeOutcomeParameterSet } from '../outcome-parameter-set.ts';
import { type ErrorIndication, encodeErrorIndication, reasonOf } from './error-indication.ts';
import { encodeUiRequest } from './outcome-signal.ts';
import {
  EMV_DATA_RECORD,
  EMV_DISCRETIONARY_DATA,
  MAG_STRIPE_DATA_RECORD,
  MAG_STRIPE_DISCRETIONARY_DATA,
} from './record-lists.ts';
import { K2, TVR } from './tags.ts';
import type { Kernel2Transaction } from './transaction.ts';

type Parameters = Partial<Omit<ContactlessOutcome, 'type'>>;

/**
 * An outcome with the lists of data that belong to the mode (FF8105 where `withDataRecord`,
 * FF8106), the error indication (DF8115) and the transaction's outcome parameters. The
 * discretionary data holds besides what the OUT signal states itself (DF8129, DF8116) and the TVR,
 * which the book gives in the data record only. Source: Book C-2, 6, as publicly described.
 */
export function conclude(
  t: Kernel2Transaction,
  type: OutcomeType,
  parameters: Parameters,
  error: ErrorIndication = {},
  withDataRecord = false,
): ContactlessOutcome {
  const { data, mode } = t;
  data.set(K2.errorIndication, encodeErrorIndication(error));
  const reason = reasonOf(error);
  const outcome = outcomeOf(type, {
    cvm: t.cvm,
    receipt: t.receipt ? 'yes' : 'n/a',
    fieldOff: t.fieldOff,
    tornRecords: t.tornRecords,
    discretionaryData: discretionaryData(t),
    ...(reason && { reason }),
    ...(mode === 'emv' && { oda: odaReport(t) }),
    ...(withDataRecord && { dataRecord: data.pick(DATA_RECORDS[mode ?? 'emv']) }),
    ...parameters,
  });
  const ui = outcome.uiOnOutcome ?? outcome.uiOnRestart;
  return {
    ...outcome,
    discretionaryData: new Map([
      ...(outcome.discretionaryData ?? []),
      ...data.pick(mode === 'emv' ? ['95'] : []),
      [K2.outcomeParameterSet, encodeOutcomeParameterSet(outcome)],
      ...(ui ? [[K2.userInterfaceRequest, encodeUiRequest(ui)] as const] : []),
    ]),
  };
}

const DATA_RECORDS = { emv: EMV_DATA_RECORD, 'mag-stripe': MAG_STRIPE_DATA_RECORD } as const;

function odaReport({ data, isAuthenticated }: Kernel2Transaction): OdaReport {
  if (isAuthenticated) return 'cda-verified';
  return data.has('95', TVR.cdaFailed) ? 'cda-failed' : 'not-performed';
}

/** Before the mode is known there is the error indication alone. */
function discretionaryData({ data, mode }: Kernel2Transaction): Map<string, Uint8Array> {
  if (mode === undefined) return data.pick([K2.errorIndication]);
  return data.pick(mode === 'emv' ? EMV_DISCRETIONARY_DATA : MAG_STRIPE_DISCRETIONARY_DATA);
}

/** A request to the user, in the card's languages, held as long as is configured unless told. */
export function uiRequest(t: Kernel2Transaction, request: UiRequest): UiRequest {
  const language = decodeLatin1(t.data.get('5F2D'));
  return {
    holdTime: Number(t.data.amount(K2.messageHoldTime)),
    ...(/^([a-z]{2}){1,4}$/i.test(language) && { language }),
    ...request,
  };
}

/** END APPLICATION, and another card or the chip is to be tried. */
export function endApplication(
  t: Kernel2Transaction,
  error: ErrorIndication,
  withDataRecord = false,
): ContactlessOutcome {
  const message = 'insert-swipe-or-try-another';
  const uiOnOutcome = uiRequest(t, { message, status: 'not-ready' });
  const shown = { message, ...error } as const;
  return conclude(t, 'end-application', { uiOnOutcome }, shown, withDataRecord);
}

/** END APPLICATION with start B: the card was lost and is to be presented again. */
export function presentAgain(t: Kernel2Transaction): ContactlessOutcome {
  const message = 'try-again';
  const uiOnRestart = uiRequest(t, { message, status: 'ready-to-read', holdTime: 0 });
  const error = { l1: 'time-out', message } as const;
  return conclude(t, 'end-application', { start: 'B', uiOnRestart }, error);
}

/** SELECT NEXT with start C: another application of the card may do. */
export function selectNext(t: Kernel2Transaction, error: ErrorIndication): ContactlessOutcome {
  return conclude(t, 'select-next', {}, error);
}

/** END APPLICATION because of the terminal itself; nothing is shown. */
export function endForTerminal(
  t: Kernel2Transaction,
  l3: NonNullable<ErrorIndication['l3']>,
): ContactlessOutcome {
  return conclude(t, 'end-application', {}, { l3 });
}
