import { transmit } from '../../../transaction/steps.ts';
import { exchangeRelayResistanceData } from '../../apdu.ts';
import {
  decodeRelayResistanceAnswer,
  measureRelayResistance,
  RELAY_RESISTANCE_TRIES,
} from '../relay-resistance.ts';
import { endApplication, presentAgain } from './endings.ts';
import { AIP, CONFIGURATION, K2, TVR } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import type { Kernel2Step, Kernel2Transaction } from './transaction.ts';

/**
 * The relay resistance protocol where the card and the reader have it: the card must answer within
 * its own times, which it signs later; it has three tries, each with a new unpredictable number. A
 * reader that does not measure has one try, which is too slow. Source: Book C-2, 6.5 (state R1:
 * SR1.9 to SR1.32), as publicly described.
 */
export function* exchangeRelayResistance(t: Kernel2Transaction): Kernel2Step {
  const { data, activation } = t;
  const isPerformed =
    data.has('82', AIP.relayResistance) &&
    data.has(K2.kernelConfiguration, CONFIGURATION.relayResistance);
  if (!isPerformed) {
    data.raise('95', TVR.relayNotPerformed);
    return undefined;
  }
  for (let tries = 1; ; tries++) {
    data.set(K2.terminalEntropy, data.get('9F37'));
    const reply = yield* transmit(exchangeRelayResistanceData(data.get('9F37')));
    if (reply.type === 'card-lost') return presentAgain(t);
    const { statusWord, elapsedUs } = reply;
    if (statusWord !== '9000') return endApplication(t, { l2: 'status-bytes', statusWord });
    const answer = storeAnswer(data, reply.data);
    if (!answer) return endApplication(t, { l2: 'parsing-error' });
    const result = measureRelayResistance(answer, limitsOf(data), elapsedUs);
    data.set(K2.measuredRelayTime, Uint8Array.of(result.measured >> 8, result.measured & 0xff));
    if (result.tooFast) return endApplication(t, { l2: 'card-data-error' });
    const hasTriesLeft = tries < RELAY_RESISTANCE_TRIES && elapsedUs !== undefined;
    if (result.limitsExceeded && hasTriesLeft) {
      data.set('9F37', activation.takeUnpredictableNumber());
      data.set(K2.relayCounter, Uint8Array.of(tries));
      continue;
    }
    if (result.limitsExceeded) data.raise('95', TVR.relayTimeExceeded);
    if (result.thresholdExceeded) data.raise('95', TVR.relayThresholdExceeded);
    data.raise('95', TVR.relayPerformed);
    return undefined;
  }
}

/** Template 80 of ten bytes, and nothing else. Source: Book C-2, SR1.14. */
function storeAnswer(data: TlvDatabase, response: Uint8Array) {
  const isTemplate = response.length === 12 && response[0] === 0x80 && response[1] === 10;
  if (!isTemplate) return undefined;
  const value = response.subarray(2);
  data.set(K2.deviceEntropy, value.subarray(0, 4));
  data.set(K2.minRelayTime, value.subarray(4, 6));
  data.set(K2.maxRelayTime, value.subarray(6, 8));
  data.set(K2.deviceResponseTime, value.subarray(8, 10));
  return decodeRelayResistanceAnswer(value);
}

function limitsOf(data: TlvDatabase) {
  return {
    minGrace: data.number(K2.minRelayGrace),
    maxGrace: data.number(K2.maxRelayGrace),
    commandTime: data.number(K2.terminalCommandTime),
    answerTime: data.number(K2.terminalResponseTime),
    accuracyThreshold: data.number(K2.relayAccuracyThreshold),
    mismatchThresholdPercent: data.number(K2.relayMismatchThreshold),
  };
}
