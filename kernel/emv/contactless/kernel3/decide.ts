import { decodeBcd } from '../../../bytes/bcd.ts';
import type { UiRequest, UiValue } from '../../../transaction/ui-request.ts';
import { isSet } from '../../data-bit.ts';
import { type DecisionStep, tell } from '../../decision.ts';
import {
  type ContactlessOutcome,
  type OdaReport,
  type OutcomeCvm,
  type OutcomeReason,
  outcomeOf,
} from '../outcome.ts';
import { chooseVerification } from './cardholder-verification.ts';
import { dataRecordOf } from './data-record.ts';
import { authenticateCard, unauthenticated } from './offline-authentication.ts';
import { SWITCH_INTERFACE } from './outcomes.ts';
import { type Decision, restrict } from './processing-restrictions.ts';
import { CTQ, TTQ } from './qualifiers.ts';
import type { Cryptogram, Kernel3Transaction } from './transaction.ts';

/** The issuer's scripts and cryptogram may come to the card by a second tap. */
const SECOND_TAP: UiRequest = { message: 'try-again', status: 'ready-to-read', holdTime: 13 };

/**
 * What a card that was read amounts to: cryptogram, processing restrictions, offline data
 * authentication, cardholder verification, outcome. Source: EMV Contactless Book C-3, 5.4.3 to 5.8.
 */
export function decide(transaction: Kernel3Transaction): ContactlessOutcome {
  const cryptogram = cryptogramOf(transaction);
  told(transaction, 'kernel3-cryptogram', cryptogram.toUpperCase(), ['9F27', '9F10']);
  if (cryptogram === 'aac') return declined(transaction, 'card-declined', 'not-performed');
  const { decision, oda } = examine(transaction, cryptogram);
  if (decision === 'switch-interface') return { ...SWITCH_INTERFACE, oda };
  if (decision !== 'go-on' && decision !== 'go-online') {
    return declined(transaction, decision, oda);
  }
  const cvm = chooseVerification(transaction, cryptogram);
  told(transaction, 'kernel3-verification', cvm, ['9F66', '9F6C']);
  if (cvm === 'not-possible') return declined(transaction, 'no-common-verification', oda);
  return decision === 'go-online' || cvm === 'online-pin'
    ? onlineRequest(transaction, cvm, oda)
    : approved(transaction, cvm, oda);
}

/** Tells a decision with the objects of terminal and card that it goes by. */
function told(
  { activation, terminal, card }: Kernel3Transaction,
  step: DecisionStep,
  result: string,
  tags: readonly string[],
): void {
  const data = { get: (tag: string) => card.get(tag) ?? terminal.get(tag) };
  tell(activation.input.trace, { step, result, kernel: 3 }, data, tags);
}

interface Examination {
  readonly decision: Decision;
  readonly oda: OdaReport;
}

/** Book C-3, 5.4.3.2 to 5.6: only what the card approves by itself needs looking into. */
function examine(transaction: Kernel3Transaction, cryptogram: Cryptogram): Examination {
  const ttq = transaction.terminal.get('9F66');
  if (cryptogram === 'arqc' || isSet(ttq, TTQ.onlineCryptogramRequired)) {
    return examineForOnline(transaction);
  }
  const restricted = restrict(transaction);
  told(transaction, 'kernel3-restrictions', restricted, ['5F24', '9A', '9F07', '5F28', '9F6C']);
  if (restricted !== 'go-on') return { decision: restricted, oda: 'not-performed' };
  const oda = authenticateCard(transaction);
  const isAuthentic = oda === 'fdda-verified' || oda === 'sda-verified';
  const decision = isAuthentic ? 'go-on' : unauthenticated(transaction);
  told(transaction, 'kernel3-authentication', `${oda}: ${decision}`, ['9F66', '9F6C']);
  return { decision, oda };
}

/**
 * Where the configuration wants it (TTQ byte 1 bit 1), a card is authenticated before its issuer is
 * asked; one that gives nothing to authenticate goes on, one that fails is refused.
 */
function examineForOnline(transaction: Kernel3Transaction): Examination {
  const wanted = isSet(transaction.terminal.get('9F66'), TTQ.authenticateForOnline);
  const oda = wanted ? authenticateCard(transaction) : 'not-performed';
  const failed = oda === 'fdda-failed' || oda === 'sda-failed';
  const decision = failed ? 'authentication-failed' : 'go-online';
  told(transaction, 'kernel3-authentication', `${oda}: ${decision}`, ['9F66']);
  return { decision, oda };
}

/** Tag 9F27; where the card leaves it out, the CVR of 9F10 says the same (5.4.3.1). */
function cryptogramOf({ card }: Kernel3Transaction): Cryptogram {
  const cid = card.get('9F27')?.[0];
  const cvr = card.get('9F10')?.[4] ?? 0;
  const kind = cid === undefined ? (cvr >> 4) & 0x03 : cid >> 6;
  return kind === 2 ? 'arqc' : kind === 1 ? 'tc' : 'aac';
}

function onlineRequest(
  transaction: Kernel3Transaction,
  cvm: OutcomeCvm,
  oda: OdaReport,
): ContactlessOutcome {
  const { terminal, card } = transaction;
  const dataRecord = dataRecordOf(transaction);
  const message = cvm === 'online-pin' ? 'enter-pin' : 'authorising';
  const updates =
    isSet(terminal.get('9F66'), TTQ.issuerUpdate) && isSet(card.get('9F6C'), CTQ.issuerUpdate);
  return outcomeOf('online-request', {
    cvm,
    oda,
    dataRecord,
    uiOnOutcome: { message, status: 'card-read-ok' },
    ...(updates && {
      start: 'B',
      onlineResponseData: 'emv-data',
      uiOnRestart: SECOND_TAP,
      kernelState: dataRecord,
    }),
  });
}

function approved(
  transaction: Kernel3Transaction,
  cvm: OutcomeCvm,
  oda: OdaReport,
): ContactlessOutcome {
  const message = cvm === 'signature' ? 'approved-sign' : 'approved';
  return outcomeOf('approved', {
    cvm,
    oda,
    dataRecord: dataRecordOf(transaction),
    uiOnOutcome: { message, status: 'card-read-ok', ...balanceOf(transaction) },
    ...(cvm === 'signature' && { receipt: 'yes' }),
  });
}

function declined(
  transaction: Kernel3Transaction,
  reason: OutcomeReason,
  oda: OdaReport,
): ContactlessOutcome {
  return outcomeOf('declined', {
    reason,
    oda,
    dataRecord: dataRecordOf(transaction),
    uiOnOutcome: { message: 'not-authorised', status: 'card-read-ok', ...balanceOf(transaction) },
  });
}

/** What the card says it has left to spend offline (9F5D), in its own currency (9F51). */
function balanceOf({ activation, card }: Kernel3Transaction): { readonly value?: UiValue } {
  const digits = decodeBcd(card.get('9F5D') ?? new Uint8Array(0));
  if (!digits.ok || digits.value === '') return {};
  const own = decodeBcd(card.get('9F51') ?? new Uint8Array(0));
  const isCode = own.ok && own.value.length === 4;
  const currency = isCode ? own.value.slice(1) : activation.input.currency;
  return { value: { qualifier: 'balance', minor: BigInt(digits.value), currency } };
}
