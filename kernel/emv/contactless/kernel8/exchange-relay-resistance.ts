import { readUint } from '../../../bytes/bytes.ts';
import { ok, type Result } from '../../../bytes/result.ts';
import { decodeTlv } from '../../../tlv/ber.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { exchangeRelayResistanceData } from '../../apdu.ts';
import {
  decodeRelayResistanceAnswer,
  measureRelayResistance,
  RELAY_RESISTANCE_TRIES,
  type RelayResistanceLimits,
} from '../relay-resistance.ts';
import type { DataObjects } from './data-objects.ts';
import { CARD_LOST, faultOf, type Kernel8Fault, L2, refused } from './fault.ts';
import { interchangeProfile, kernelConfiguration } from './profile-bits.ts';
import { raise, TVR } from './tvr.ts';

/**
 * The relay resistance protocol where both sides have it: up to three exchanges, until one is
 * within the card's time. Gives the 10 bytes of the last answer, none where it is not performed.
 *
 * Each try has a new unpredictable number, as in Book C-2, so that a relay cannot answer with what
 * it heard before; the open kernel 8 that the rest of this step follows sends the first one again.
 * Source: Book C-8 v1.1, 21.11 to 21.25, by Digrol/Denom; single-source.
 */
export function* exchangeRelayResistance(
  data: DataObjects,
  takeUnpredictableNumber: () => Uint8Array,
): KernelStep<Result<Uint8Array | undefined, Kernel8Fault>> {
  if (!kernelConfiguration.relayResistance(data) || !interchangeProfile.relayResistance(data)) {
    raise(data, TVR.relayNotPerformed);
    return ok(undefined);
  }
  for (let tries = 1; ; tries++) {
    const reply = yield* transmit(exchangeRelayResistanceData(data.get('9F37') ?? NOTHING));
    if (reply.type === 'card-lost') return CARD_LOST;
    if (reply.statusWord !== '9000') return refused(reply.statusWord);
    const value = answerValue(reply.data);
    const answer = value && decodeRelayResistanceAnswer(value);
    if (!answer) return faultOf(L2.parsing);
    const measured = measureRelayResistance(answer, limitsOf(data), reply.elapsedUs);
    data.set('9F810C', Uint8Array.of(measured.timeExcess >> 8, measured.timeExcess & 0xff));
    if (measured.tooFast) return faultOf(L2.cardDataError);
    if (measured.limitsExceeded && tries < RELAY_RESISTANCE_TRIES) {
      data.set('9F37', takeUnpredictableNumber());
      continue;
    }
    if (measured.limitsExceeded) raise(data, TVR.relayTimeExceeded);
    if (measured.thresholdExceeded) raise(data, TVR.relayThresholdExceeded);
    raise(data, TVR.relayPerformed);
    return ok(value);
  }
}

const NOTHING = new Uint8Array(0);

/** The value of template 80, which is all there is. */
function answerValue(answer: Uint8Array): Uint8Array | undefined {
  const decoded = decodeTlv(answer);
  const [object, ...others] = decoded.ok ? decoded.value : [];
  return object?.tag === '80' && others.length === 0 ? object.value : undefined;
}

function limitsOf(data: DataObjects): RelayResistanceLimits {
  const number = (tag: string): number => readUint(data.get(tag) ?? NOTHING);
  return {
    minGrace: number('9F8213'),
    maxGrace: number('9F8214'),
    commandTime: number('9F8215'),
    answerTime: number('9F8216'),
    accuracyThreshold: number('9F8217'),
    mismatchThresholdPercent: number('9F8218'),
  };
}
