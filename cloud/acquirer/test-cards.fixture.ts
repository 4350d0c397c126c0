import { expectOk } from '#kernel/bytes/result.ts';
import { deriveMasterKeyOptionA } from '#kernel/keys/emv-master-key.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import type { Queries } from '../store/database.ts';
import type { Secrets } from '../store/secrets.ts';
import { openAccounts } from './demo-cards.ts';
import { TestCard } from './test-card.fixture.ts';

const EXPIRY = '4912';
const PAN_SEQUENCE_NUMBER = '01';
const MOST_AT_ONCE = 500;

/** Opens accounts of the own issuer with a million euros each; their cards, never used before. */
export async function openTestCards(
  db: Queries,
  secrets: Secrets,
  count: number,
): Promise<readonly TestCard[]> {
  const pans = Array.from({ length: count }, (_, i) =>
    withCheckDigit(`9999991${`${i}`.padStart(8, '0')}`),
  );
  const account = { expiry: EXPIRY, currency: '978', fundsMinor: 100_000_000n } as const;
  for (let at = 0; at < pans.length; at += MOST_AT_ONCE) {
    const some = pans
      .slice(at, at + MOST_AT_ONCE)
      .map((pan) => ({ ...account, pan, fault: 'none' as const }));
    await openAccounts(db, some, secrets.tokenKey);
  }
  return pans.map((pan) => {
    const number = expectOk(parsePan(pan));
    const key = deriveMasterKeyOptionA(secrets.issuerMasterKey, number, PAN_SEQUENCE_NUMBER);
    return new TestCard({
      ...{ wearableId: pan, pan, panSequenceNumber: PAN_SEQUENCE_NUMBER, expiry: EXPIRY },
      iccMasterKeyHex: expectOk(key).revealHex(),
    });
  });
}

/** Source: ISO/IEC 7812-1, annex B. */
function withCheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
