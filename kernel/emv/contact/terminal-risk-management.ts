import { readUint } from '../../bytes/bytes.ts';
import { encodeHex } from '../../bytes/hex.ts';
import { ok } from '../../bytes/result.ts';
import { tell } from '../decision.ts';
import { onlineCapability } from '../terminal-type.ts';
import { TVR } from '../terminal-verification-results.ts';
import { readCounter } from './card-counters.ts';
import type { ContactStep, ContactTransaction } from './contact-transaction.ts';
import type { CardIdentity } from './input.ts';
import { isSelectedRandomly } from './random-selection.ts';
import { setTsi, setTvr, TSI } from './verification-results.ts';

/**
 * Exception file, floor limit, random selection and velocity: what speaks for asking the issuer
 * goes into the TVR. Done whatever the card says of it in its AIP. Source: EMV 4.4 Book 3, 10.6;
 * Book 4, 6.3.5 for the exception file and 6.5.3 for a transaction that is forced online.
 */
export function* manageRisk(transaction: ContactTransaction): ContactStep<undefined> {
  const { data, input } = transaction;
  if (input.exceptionFile.some((entry) => isCard(transaction, entry))) {
    setTvr(data, TVR.onExceptionFile);
  }
  if (input.forcedOnline) setTvr(data, TVR.forcedOnline);
  if (exceedsFloorLimit(transaction)) setTvr(data, TVR.floorLimitExceeded);
  const isOnlineCapable = onlineCapability(data.get('9F35')) === 'online-capable';
  if (isOnlineCapable && isSelectedRandomly(input, transaction.application)) {
    setTvr(data, TVR.selectedRandomly);
  }
  const velocity = yield* checkVelocity(transaction);
  if (!velocity.ok) return velocity;
  setTsi(data, TSI.terminalRiskManagementPerformed);
  tell(input.trace, { step: 'terminal-risk-management', result: 'done' }, data, RISK_TAGS);
  return ok(undefined);
}

/** What it goes by, beside the amount, the exception file and the random number. */
const RISK_TAGS = ['9F1B', '9F14', '9F23', '9F36', '9F13'] as const;

/** Source: Book 3, 10.6.1; what was sold to the same card before is added against split sales. */
function exceedsFloorLimit(transaction: ContactTransaction): boolean {
  const { input, application } = transaction;
  const { floorLimitMinor } = application;
  if (floorLimitMinor === undefined) return false;
  const before = input.transactionLog.findLast((entry) => isCard(transaction, entry));
  return input.amountMinor + (before?.amountMinor ?? 0n) >= floorLimitMinor;
}

function isCard({ data }: ContactTransaction, { pan, panSequenceNumber }: CardIdentity): boolean {
  const digits = encodeHex(data.get('5A') ?? new Uint8Array(0)).replace(/F+$/, '');
  if (digits !== pan) return false;
  const sequence = data.get('5F34');
  return !panSequenceNumber || (sequence && encodeHex(sequence)) === panSequenceNumber;
}

/** Source: Book 3, 10.6.3, and 7.5 for what is missing. */
function* checkVelocity({ data }: ContactTransaction): ContactStep<undefined> {
  const [lower, upper] = [data.get('9F14')?.[0], data.get('9F23')?.[0]];
  if (lower === undefined || upper === undefined) return ok(undefined);
  const counter = yield* readCounter('9F36');
  if (!counter.ok) return counter;
  const lastOnline = yield* readCounter('9F13');
  if (!lastOnline.ok) return lastOnline;
  const [now, last] = [counter.value, lastOnline.value];
  if (!now || !last) setTvr(data, TVR.iccDataMissing);
  if (last && readUint(last) === 0) setTvr(data, TVR.newCard);
  if (now) data.set('9F36', now);
  if (last) data.set('9F13', last);
  const offline = now && last ? readUint(now) - readUint(last) : 0;
  if (offline <= 0 || offline > lower) setTvr(data, TVR.lowerOfflineLimitExceeded);
  if (offline <= 0 || offline > upper) setTvr(data, TVR.upperOfflineLimitExceeded);
  return ok(undefined);
}
