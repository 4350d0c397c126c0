import { decodeLatin1 } from '../../../bytes/ascii.ts';
import { encodeHex } from '../../../bytes/hex.ts';
import { UI_MESSAGES, type UiMessage, type UiRequest } from '../../../transaction/ui-request.ts';
import {
  type ContactlessOutcome,
  type OdaReport,
  type OutcomeCvm,
  type OutcomeReason,
  outcomeOf,
} from '../outcome.ts';
import { cryptogramTypeOf } from './card-decision.ts';
import type { DataObjects } from './data-objects.ts';
import type { Kernel8Fault } from './fault.ts';
import {
  dataRecordOf,
  encodeErrorIndication,
  messageHoldTime,
  NO_ERROR,
  withDiscretionaryData,
} from './outcome-data.ts';
import { kernelConfiguration } from './profile-bits.ts';
import { DECISION, type KernelDecision } from './terminal-action-analysis.ts';
import { clear, isRaised, TVR } from './tvr.ts';

/** What the transaction has come to. */
export interface Conclusion {
  readonly decision: KernelDecision;
  readonly cvm: OutcomeCvm;
  readonly receipt: boolean;
  readonly oda: OdaReport;
}

type Parameters = Partial<Omit<ContactlessOutcome, 'type'>>;

const RESTART_B = 0x20;
const TRY_ANOTHER_INTERFACE = 0x30;
/** Purchase, cash withdrawal and disbursement, cash back; for the last, Digrol/Denom has 19. */
const PURCHASE_OR_CASH = ['00', '01', '09', '17', '19'];
const INTERFACES = ['n/a', 'contact', 'magnetic-stripe'] as const;

/**
 * The outcome of a transaction that has its cryptogram: begun again or moved to another interface
 * as the card's restart indicator (9F8108) wants, else by the cryptogram and the kernel's decision.
 * Source: Book C-8 v1.1, 2930.1a to 2930.41, by Digrol/Denom; single-source.
 */
export function conclude(data: DataObjects, conclusion: Conclusion): ContactlessOutcome {
  if (!kernelConfiguration.reportLocalAuthenticationFailed(data)) {
    clear(data, TVR.localAuthenticationFailed);
  }
  data.set('9F8204', encodeErrorIndication(NO_ERROR, undefined));
  const { cvm, receipt, oda } = conclusion;
  const end = (type: ContactlessOutcome['type'], parameters: Parameters): ContactlessOutcome => {
    const outcome = outcomeOf(type, {
      cvm,
      oda,
      receipt: receipt ? 'yes' : 'n/a',
      fieldOff: fieldOffOf(data),
      dataRecord: dataRecordOf(data),
      ...parameters,
    });
    return withDiscretionaryData(outcome, data);
  };
  if (restartOf(data) === RESTART_B) {
    const message = cardMessage(data) ?? 'try-again';
    return end('end-application', {
      start: 'B',
      uiOnOutcome: ui(data, message, messageHoldTime(data)),
      uiOnRestart: { ...ui(data, message, 0), status: 'ready-to-read' },
    });
  }
  const type = cryptogramTypeOf(data);
  if (type === DECISION.accept && conclusion.decision === DECISION.accept) {
    const message = cvm === 'signature' ? 'approved-sign' : 'approved';
    return end('approved', { uiOnOutcome: ui(data, message, messageHoldTime(data)) });
  }
  if (isForIssuer(type, conclusion.decision)) {
    return end('online-request', { uiOnOutcome: ui(data, 'authorising', 0) });
  }
  return declined(data, conclusion, end);
}

/** An ARQC that is not declined, or a TC that the kernel will not take without the issuer. */
function isForIssuer(type: number, decision: KernelDecision): boolean {
  if (type === DECISION.online) return decision !== DECISION.decline;
  return type === DECISION.accept && decision === DECISION.online;
}

/** 2930.21 to 2930.41: what is no purchase and no cash ends with its cryptogram and no message. */
function declined(
  data: DataObjects,
  conclusion: Conclusion,
  end: (type: ContactlessOutcome['type'], parameters: Parameters) => ContactlessOutcome,
): ContactlessOutcome {
  if (!PURCHASE_OR_CASH.includes(encodeHex(data.get('9C') ?? new Uint8Array(0)))) {
    return end('end-application', { uiOnOutcome: ui(data, 'no-message', 0) });
  }
  const reason = declineReason(data, conclusion);
  const holdTime = messageHoldTime(data);
  if (restartOf(data) === TRY_ANOTHER_INTERFACE) {
    return end('try-another-interface', {
      reason,
      alternateInterface: INTERFACES[(data.get('9F8108')?.[0] ?? 0) & 0x0f] ?? 'n/a',
      uiOnOutcome: ui(data, cardMessage(data) ?? 'insert-or-swipe', holdTime),
    });
  }
  const message = cardMessage(data) ?? 'not-authorised';
  return end('declined', { reason, uiOnOutcome: ui(data, message, holdTime) });
}

/** The outcome of a transaction that did not get that far. */
export function concludeFault(data: DataObjects, fault: Kernel8Fault): ContactlessOutcome {
  const { end } = fault;
  const reason = fault.reason && { reason: fault.reason };
  const message = FAULT_MESSAGES[end];
  data.set('9F8204', encodeErrorIndication(fault, message));
  if (end === 'select-next') return withDiscretionaryData(outcomeOf(end, { ...reason }), data);
  const request = ui(data, message ?? 'no-message', 0);
  const outcome =
    end === 'try-again'
      ? outcomeOf('end-application', {
          start: 'B',
          uiOnRestart: { ...request, status: 'ready-to-read' },
          ...reason,
        })
      : outcomeOf('end-application', {
          uiOnOutcome: { ...request, holdTime: messageHoldTime(data) },
          fieldOff: fieldOffOf(data),
          ...reason,
        });
  return withDiscretionaryData(outcome, data);
}

const FAULT_MESSAGES: Readonly<Record<Kernel8Fault['end'], UiMessage | undefined>> = {
  'select-next': undefined,
  'end-application': 'insert-swipe-or-try-another',
  'try-again': 'try-again',
};

function ui(data: DataObjects, message: UiMessage, holdTime: number): UiRequest {
  const language = decodeLatin1(data.get('5F2D') ?? new Uint8Array(0));
  const isLanguages = /^([a-z]{2}){1,4}$/i.test(language);
  return { message, status: 'not-ready', holdTime, ...(isLanguages && { language }) };
}

/** What the restart indicator asks for: its first four bits, 0 where there is none. */
function restartOf(data: DataObjects): number {
  return (data.get('9F8108')?.[0] ?? 0) & 0xf0;
}

/** The restart indicator's message, where the terminal allows it (9F821D). */
function cardMessage(data: DataObjects): UiMessage | undefined {
  const identifier = data.get('9F8108')?.[1] ?? 0;
  if (identifier === 0 || !data.get('9F821D')?.includes(identifier)) return undefined;
  return MESSAGES.find((message) => UI_MESSAGES[message] === identifier);
}

const MESSAGES = Object.keys(UI_MESSAGES) as UiMessage[];

/** How long the field is to be off, where the card notices that it is (byte 5, bit 8 of 9F2C). */
function fieldOffOf(data: DataObjects): ContactlessOutcome['fieldOff'] {
  const notices = ((data.get('9F2C')?.[4] ?? 0) & 0x80) !== 0;
  return (notices ? data.get('9F8212')?.[0] : undefined) ?? 'n/a';
}

function declineReason(data: DataObjects, { decision }: Conclusion): OutcomeReason {
  if (decision !== DECISION.decline) return 'card-declined';
  if (isRaised(data, TVR.cardholderVerificationFailed)) return 'no-common-verification';
  const relay = [TVR.relayTimeExceeded, TVR.relayThresholdExceeded];
  if (relay.some((bit) => isRaised(data, bit))) return 'relay-suspected';
  return 'card-declined';
}
