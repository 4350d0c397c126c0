import { encodeBcdAmount } from '../../../bytes/bcd.ts';
import { hex } from '../../../bytes/hex.ts';
import { ok, type Result } from '../../../bytes/result.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { show } from '../../../transaction/steps.ts';
import { tell } from '../../decision.ts';
import { nobleCurves } from '../../oda/noble-curves.ts';
import type { KernelActivation } from '../kernel-activation.ts';
import type { ContactlessOutcome, OdaReport } from '../outcome.ts';
import { terminalDataOf } from '../terminal-data.ts';
import { isCryptogramAllowed, mergeCardTvr } from './card-decision.ts';
import { takeVerificationDecision } from './cardholder-verification.ts';
import { type Conclusion, conclude, concludeFault } from './conclude.ts';
import { envelopesToWrite, readEnvelopes, writeEnvelopes } from './data-envelopes.ts';
import { DataObjects } from './data-objects.ts';
import { exchangeRelayResistance } from './exchange-relay-resistance.ts';
import { faultOf, type Kernel8Fault, L2 } from './fault.ts';
import { exchangeCryptogram } from './generate-ac.ts';
import { checkConfiguration, initialise } from './initialise.ts';
import { authenticateLocally } from './local-authentication.ts';
import { computeIadMac, isEdaMacGood, placeIadMac } from './local-cryptogram.ts';
import { exchangeProcessingOptions, type ProcessingOptions } from './processing-options.ts';
import { isLocalAuthenticationDue } from './profile-bits.ts';
import { readRecords } from './read-records.ts';
import { takeSelection } from './select-application.ts';
import { staticDataOf } from './static-data.ts';
import { analyseTerminalActions } from './terminal-action-analysis.ts';
import { applyLimits } from './transaction-limits.ts';
import { raise, TVR } from './tvr.ts';

/**
 * Kernel 8: a secure channel by blinded key agreement, records and envelopes through it, one
 * cryptogram that the channel authenticates, the card's certificates locally. Source: EMV
 * Contactless Book C-8 v1.1 and Book E v1.0, known from an open kernel 8 (Digrol/Denom) and, for
 * the cryptography, a second implementation; docs/EMV.md says what is confirmed and what is not.
 *
 * Absent: channels of P-521, RSA certificates (refused where configured), the dialogue with the
 * terminal during a transaction (its data to read and write are configured), kernel 8's timer.
 */
export function* runKernel8(activation: KernelActivation): KernelStep<ContactlessOutcome> {
  const data = new DataObjects(configuredData(activation));
  const run = yield* perform(activation, data);
  return run.ok ? conclude(data, run.value) : concludeFault(data, run.error);
}

/** The terminal's data; limits and application identifier are the combination's unless stated. */
function configuredData(activation: KernelActivation): Map<string, Uint8Array> {
  const { aid, limits } = activation.combination;
  const data = terminalDataOf(activation);
  const fill = (tag: string, value: Uint8Array): unknown => data.has(tag) || data.set(tag, value);
  fill('9F06', hex(aid));
  if (limits.floorMinor !== undefined) fill('9F820D', encodeBcdAmount(limits.floorMinor, 6));
  if (limits.cvmRequiredMinor !== undefined) {
    fill('9F820E', encodeBcdAmount(limits.cvmRequiredMinor, 6));
  }
  return data;
}

/** From the selected application to the last command; the order is the book's. */
function* perform(
  activation: KernelActivation,
  data: DataObjects,
): KernelStep<Result<Conclusion, Kernel8Fault>> {
  const { input, fci } = activation;
  const { curves = nobleCurves } = input;
  const configured = checkConfiguration(data);
  if (!configured.ok) return configured;
  const selected = takeSelection(fci, data);
  if (!selected.ok) return selected;
  const privateKey = activation.takeEphemeralPrivateKey();
  const number = activation.takeUnpredictableNumber();
  const initialised = initialise(data, curves, number, privateKey);
  if (!initialised.ok) return initialised;
  const options = yield* exchangeProcessingOptions(data, curves, privateKey);
  if (!options.ok) return options;
  const { channel } = options.value;
  const relay = yield* exchangeRelayResistance(data, () => activation.takeUnpredictableNumber());
  if (!relay.ok) return relay;
  const records = yield* readRecords(data, channel);
  if (!records.ok) return records;
  const read = yield* readEnvelopes(data, channel);
  if (!read.ok) return read;
  return yield* performCryptogram(activation, data, {
    ...options.value,
    relayResistance: relay.value,
    signedRecords: records.value,
  });
}

/** What came before the cryptogram. */
interface Before extends ProcessingOptions {
  readonly relayResistance: Uint8Array | undefined;
  readonly signedRecords: Uint8Array;
}

/** Limits, terminal action analysis, GENERATE AC, its proofs, the card's decisions, WRITE DATA. */
function* performCryptogram(
  { input }: KernelActivation,
  data: DataObjects,
  before: Before,
): KernelStep<Result<Conclusion, Kernel8Fault>> {
  const { channel } = before;
  const envelopes = envelopesToWrite(data);
  if (!envelopes.ok) return envelopes;
  const { trace } = input;
  const { receipt } = applyLimits(data);
  const limits = receipt ? 'CVM limit exceeded' : 'CVM limit not exceeded';
  tell(trace, { step: 'kernel8-limits', result: limits, kernel: 8 }, data, ['9F1D', '9F33']);
  const requested = analyseTerminalActions(data, trace);
  const more = envelopes.value.length > 0;
  const exchange = yield* exchangeCryptogram(data, requested, more);
  if (!exchange.ok) return exchange;
  const staticData = staticDataOf(data, before.signedRecords);
  if (!staticData) return faultOf(L2.parsing);
  const iadMac = computeIadMac(data, channel, exchange.value, { ...before, staticData });
  const placed = placeIadMac(data, iadMac);
  if (!placed.ok) return placed;
  let oda: OdaReport = 'not-performed';
  if (isLocalAuthenticationDue(data)) {
    const { curves = nobleCurves } = input;
    const authenticated = authenticateLocally(data, input, curves, before, staticData);
    if (!authenticated.ok) return authenticated;
    oda = authenticated.value ? 'local-verified' : 'local-failed';
    if (!authenticated.value) raise(data, TVR.localAuthenticationFailed);
  }
  tell(trace, { step: 'kernel8-authentication', result: oda, kernel: 8 }, data);
  if (!isEdaMacGood(data, channel, iadMac)) return faultOf(L2.edaMacFailed);
  if (!isCryptogramAllowed(data, requested)) return faultOf(L2.cardDataError);
  mergeCardTvr(data);
  const given = { step: 'kernel8-cryptogram', result: 'proved by the channel', kernel: 8 } as const;
  tell(trace, given, data, ['9F27', '9F36', '9F8104']);
  const cvm = takeVerificationDecision(data);
  const verified = { step: 'kernel8-verification', result: cvm, kernel: 8 } as const;
  tell(trace, verified, data, ['9F8102', '9F34']);
  const decision = analyseTerminalActions(data, trace);
  if (more) yield* writeEnvelopes(data, channel, envelopes.value);
  yield* show({ message: 'card-read-ok', status: 'card-read-ok' });
  return ok({ decision, cvm, receipt, oda });
}
