import type { KernelStep } from '../../../transaction/commands.ts';
import { type DecisionStep, tell } from '../../decision.ts';
import type { ContactlessOutcome } from '../outcome.ts';
import { readBalance } from './balance.ts';
import { chooseVerification } from './cardholder-verification.ts';
import { checkSignatureData } from './combined-signature-check.ts';
import { exchangeRest, exchangeUntil } from './data-exchange.ts';
import { endApplication, endForTerminal, presentAgain, selectNext } from './endings.ts';
import { exchangeRelayResistance } from './exchange-relay-resistance.ts';
import { generateCryptogram } from './generate-cryptogram.ts';
import { isDsIdOfCard } from './integrated-data-storage.ts';
import { restrictProcessing } from './processing-restrictions.ts';
import { writeTags } from './put-data.ts';
import { readEmvRecords } from './read-records.ts';
import { IDS, K2, TVR } from './tags.ts';
import { analyseTerminalAction } from './terminal-action-analysis.ts';
import type { Kernel2Step, Kernel2Transaction } from './transaction.ts';

/**
 * EMV mode, from the answer to GET PROCESSING OPTIONS to the outcome: relay resistance, records,
 * checks, terminal risk management and action analysis, cryptogram. Source: Book C-2, 6.5 to 6.12,
 * as publicly described.
 */
export function* runEmvMode(t: Kernel2Transaction): KernelStep<ContactlessOutcome> {
  const { data } = t;
  const ended =
    (yield* told(t, 'kernel2-relay-resistance', exchangeRelayResistance(t))) ??
    (yield* told(t, 'kernel2-records', readEmvRecords(t))) ??
    (yield* waitForFirstWrite(t)) ??
    (yield* told(t, 'kernel2-card-data', checkCardData(t)));
  if (ended) return ended;
  if ((yield* readBalance(t, K2.balanceBeforeGenerateAc)) === 'card-lost') return presentAgain(t);
  const { trace } = t.activation.input;
  restrictProcessing(data);
  tell(trace, { step: 'kernel2-restrictions', result: 'done', kernel: 2 }, data, RESTRICTING);
  chooseVerification(t);
  tell(trace, { step: 'kernel2-verification', result: t.cvm, kernel: 2 }, data, ['8E', '9F34']);
  const isOver = data.amount('9F02') > data.amount(K2.floorLimit);
  if (isOver) data.raise('95', TVR.floorLimitExceeded);
  const result = isOver ? 'exceeded' : 'not exceeded';
  tell(trace, { step: 'kernel2-floor-limit', result, kernel: 2 }, data, [K2.floorLimit]);
  t.acType = analyseTerminalAction(data, trace);
  const written = yield* writeTags(data, t.writeBefore, K2.preGenerateAcPutDataStatus);
  if (written === 'card-lost') return presentAgain(t);
  return yield* generateCryptogram(t);
}

/** What processing restrictions go by. */
const RESTRICTING = ['9F08', '9F09', '9F07', '5F28', '5F25', '5F24', '9A'] as const;

/** A step, and then what became of it. */
function* told(t: Kernel2Transaction, step: DecisionStep, running: Kernel2Step): Kernel2Step {
  const ended = yield* running;
  const result = ended ? (ended.reason ?? ended.type) : 'done';
  tell(t.activation.input.trace, { step, result, kernel: 2 }, t.data);
  return ended;
}

/**
 * Waits until the terminal says that writing may begin (DF8110), where it has that flag, and that
 * there is an amount. Source: Book C-2, 6.8 (S456.5 to S456.13, state 6) and 6.13 (S78.1 to S78.9),
 * as publicly described.
 */
export function* waitForFirstWrite(t: Kernel2Transaction): Kernel2Step {
  const { data } = t;
  const flag = K2.proceedToFirstWrite;
  const isReady = (): boolean => !data.isPresent(flag) || data.number(flag) !== 0;
  const needed = (): readonly string[] => (data.isEmpty(flag) ? [flag] : []);
  const ended = yield* exchangeUntil(t, needed, isReady);
  if (ended) return ended;
  return data.isNotEmpty('9F02') ? undefined : endForTerminal(t, 'amount-not-present');
}

/** Source: Book C-2, 6.8 (S456.14 to S456.33). */
function* checkCardData(t: Kernel2Transaction): Kernel2Step {
  const { data } = t;
  if (data.amount('9F02') > t.transactionLimitMinor) {
    return selectNext(t, { l2: 'max-limit-exceeded' });
  }
  if (['5F24', '5A', '8C'].some((tag) => !data.isNotEmpty(tag))) {
    return endApplication(t, { l2: 'card-data-missing' });
  }
  if (data.has(K2.idsStatus, IDS.read) && !isDsIdOfCard(data)) {
    return endApplication(t, { l2: 'card-data-error' });
  }
  const told = yield* exchangeRest(t);
  if (told) return told;
  if (t.isCdaRequired && !checkSignatureData(t)) {
    return endApplication(t, { l2: 'card-data-error' });
  }
  const isVerificationRequired = data.amount('9F02') > data.amount(K2.cvmRequiredLimit);
  if (isVerificationRequired) t.receipt = true;
  const [input = 0, , security = 0] = data.get('9F33');
  const [offered = 0] = data.get(
    isVerificationRequired ? K2.cvmCapabilityRequired : K2.cvmCapabilityNotRequired,
  );
  data.set('9F33', Uint8Array.of(input, offered, security));
  return undefined;
}
