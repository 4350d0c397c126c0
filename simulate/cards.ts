import type { AccountRules } from '#cloud/acquirer/configure-account.ts';
import type { DemoCard } from '#cloud/acquirer/demo-cards.ts';
import { TestCard } from '#cloud/acquirer/test-card.fixture.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { deriveMasterKeyOptionA } from '#kernel/keys/emv-master-key.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import type { SimpleProfile } from '#wearable/profile.ts';
import type { Random } from '../fuzz/random.ts';
import type { Scenario } from './scenario.ts';
import { randomBytes } from './world/virtual-globals.ts';

/** A customer's card: its account at the issuer, what the issuer does with it, and the wearable. */
export interface DrawnCard {
  readonly account: DemoCard;
  readonly rules: AccountRules;
  readonly profile: SimpleProfile;
}

const FAULTS = ['silent', 'late', 'unavailable'] as const;
const BIN = '999999';
const SEQUENCE_NUMBER = '01';
const EXPIRY = '4912';

/** The card without its wearable, for who works with single messages. */
export function testCardOf({ profile }: DrawnCard, random: Random): TestCard {
  const { wearableId, pan, expiry, iccMasterKeyHex } = profile;
  const personalised = { wearableId, pan, expiry, iccMasterKeyHex };
  return new TestCard({ ...personalised, panSequenceNumber: SEQUENCE_NUMBER }, 0, (length) =>
    randomBytes(random, length),
  );
}

/** The cards of one run, some with issuers that are slow, late, silent or away. */
export function drawCards(
  random: Random,
  issuerMasterKey: SecretKey,
  { customers, hasFaultyIssuers }: Pick<Scenario, 'customers' | 'hasFaultyIssuers'>,
  range: number,
): readonly DrawnCard[] {
  const isFaulty = (times: number) => hasFaultyIssuers && random.below(times) === 0;
  return Array.from({ length: customers }, (_, index) => {
    const pan = withCheckDigit(`${BIN}${range}${`${index + 1}`.padStart(8, '0')}`);
    const cardKey = deriveMasterKeyOptionA(issuerMasterKey, expectOk(parsePan(pan)), '01');
    const fault = isFaulty(3) ? random.pick(FAULTS) : 'none';
    return {
      account: {
        pan,
        expiry: EXPIRY,
        currency: '978',
        fundsMinor: BigInt(random.pick([5_000, 100_000, 1_000_000])),
        fault,
      },
      rules: {
        latencyMs: isFaulty(8) ? 12_000 : random.pick([0, 0, 300]),
        standInLimitMinor: random.pick([null, 2_000n]),
        dayLimitCount: isFaulty(8) ? 5 : null,
      },
      profile: {
        wearableId: `customer-${index + 1}`,
        name: 'Wearable',
        hint: '',
        aid: 'F0544553534501',
        applicationLabel: 'TESSERA PAY',
        kernelId: 3,
        pan,
        panSequenceNumber: SEQUENCE_NUMBER,
        expiry: EXPIRY,
        cardholderVerification: random.pick(['none', 'cdcvm'] as const),
        iccMasterKeyHex: expectOk(cardKey).revealHex(),
      },
    };
  });
}

/** ISO/IEC 7812-1, annex B: the Luhn formula. */
function withCheckDigit(digits: string): string {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const weighted = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
