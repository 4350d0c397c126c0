import { encodeHex } from '../bytes/hex.ts';
import { DECISION_RULES, type Decision } from './decision.ts';
import { meaningsOf } from './dictionary/bits.ts';
import { cvRuleMeaning } from './dictionary/cvm.ts';
import { type DescribedTag, describeTlv } from './dictionary/describe.ts';
import { TSI_BITS } from './dictionary/tsi.ts';
import { tvrMeanings } from './dictionary/tvr.ts';
import { tvrReason } from './dictionary/tvr-reasons.ts';

/** A bit of TVR or TSI that changed. */
export interface ChangedBit {
  readonly results: 'TVR' | 'TSI';
  readonly byte: number;
  readonly bit: number;
  readonly isSet: boolean;
  readonly meaning: string;
  /** Why it was set, and by which rule; empty for the TSI, and where it was cleared. */
  readonly why: string;
  readonly rule: string;
}

/** A decision for people. Values are masked by the dictionary. */
export interface DescribedDecision {
  readonly name: string;
  readonly result: string;
  /** Book and section. */
  readonly rule: string;
  readonly details: readonly string[];
  readonly objects: readonly DescribedTag[];
  /** What it changed, since the decision before it, in TVR and TSI. */
  readonly changes: readonly ChangedBit[];
}

/**
 * Describes the decisions of one transaction in their order; TVR and TSI are told by what changes
 * in them, and begin anew with each application.
 */
export class DecisionDescriber {
  #tvr = new Uint8Array(5);
  #tsi = new Uint8Array(2);

  describe(decision: Decision): DescribedDecision {
    const { step, result, kernel, objects = [], matched, cvRule, tvr, tsi } = decision;
    const { name, rule } = DECISION_RULES[step];
    if (step === 'initiate-application' || step === 'kernel-activation') {
      this.#tvr = new Uint8Array(5);
      this.#tsi = new Uint8Array(2);
    }
    const changes = [
      ...(tvr ? changedBits('TVR', this.#tvr, tvr, kernel).map(bySource(decision)) : []),
      ...(tsi ? changedBits('TSI', this.#tsi, tsi, kernel) : []),
    ];
    if (tvr) this.#tvr = tvr.slice();
    if (tsi) this.#tsi = tsi.slice();
    const bits = matched && tvrMeanings(matched, kernel);
    const tlvs = objects.map(([tag, value]) => ({ tag, value }));
    return {
      name,
      result: bits && bits.length === 0 ? `${result}: no bit matches` : result,
      rule,
      details: [
        ...(decision.details ?? []),
        ...(cvRule ? [`${encodeHex(cvRule)}: ${cvRuleMeaning(cvRule)}`] : []),
        ...(bits ?? []).map((meaning) => `matches: ${meaning}`),
      ],
      objects: describeTlv(tlvs, { kernel }),
      changes,
    };
  }
}

/** At kernel 8 a card has results of its own (9F8104), which are taken over. */
function bySource({ step, objects = [] }: Decision): (change: ChangedBit) => ChangedBit {
  const ofCard = objects.find(([tag]) => step === 'kernel8-cryptogram' && tag === '9F8104')?.[1];
  return (change) => {
    const { byte, bit, isSet } = change;
    const isCards = isSet && ((ofCard?.[byte - 1] ?? 0) & (1 << (bit - 1))) !== 0;
    if (!isCards) return change;
    return { ...change, why: 'the card says so (9F8104)', rule: DECISION_RULES[step].rule };
  };
}

function changedBits(
  results: 'TVR' | 'TSI',
  before: Uint8Array,
  after: Uint8Array,
  kernel: number | undefined,
): readonly ChangedBit[] {
  const changes: ChangedBit[] = [];
  for (const [i, value] of after.entries()) {
    for (let bit = 8; bit >= 1; bit--) {
      const mask = 1 << (bit - 1);
      if (((value ^ (before[i] ?? 0)) & mask) === 0) continue;
      const alone = new Uint8Array(after.length);
      alone[i] = mask;
      const meanings = results === 'TVR' ? tvrMeanings(alone, kernel) : meaningsOf(TSI_BITS, alone);
      const isSet = (value & mask) !== 0;
      const reason = results === 'TVR' && isSet ? tvrReason(i + 1, bit, kernel) : undefined;
      const { why = '', rule = '' } = reason ?? {};
      changes.push({ results, byte: i + 1, bit, isSet, meaning: meanings[0] ?? '', why, rule });
    }
  }
  return changes;
}
