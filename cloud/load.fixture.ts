import { expectOk } from '#kernel/bytes/result.ts';
import { deriveMasterKeyOptionA } from '#kernel/keys/emv-master-key.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import { openAccounts } from './acquirer/demo-cards.ts';
import { enrolAnother, type TerminalFile } from './acquirer/enrolment.ts';
import { TestCard } from './acquirer/test-card.fixture.ts';
import type { Queries } from './store/database.ts';
import type { IssuerFault } from './store/schema.ts';
import type { Secrets } from './store/secrets.ts';

const EXPIRY = '4912';
const AT_ONCE = 500;

/** Opens so many accounts with money enough, and gives their cards. */
export async function openLoadCards(
  db: Queries,
  secrets: Secrets,
  count: number,
  fault: IssuerFault = 'none',
): Promise<readonly TestCard[]> {
  const series = fault === 'none' ? '1' : '2';
  const pans = Array.from({ length: count }, (_, i) =>
    withCheckDigit(`999999${series}${`${i}`.padStart(8, '0')}`),
  );
  const account = { expiry: EXPIRY, currency: '978', fundsMinor: 100_000_000n, fault } as const;
  for (let at = 0; at < pans.length; at += AT_ONCE) {
    const some = pans.slice(at, at + AT_ONCE).map((pan) => ({ ...account, pan }));
    await openAccounts(db, some, secrets.tokenKey);
  }
  return pans.map((pan) => {
    const key = deriveMasterKeyOptionA(secrets.issuerMasterKey, expectOk(parsePan(pan)), '01');
    return new TestCard({
      wearableId: pan,
      pan,
      panSequenceNumber: '01',
      expiry: EXPIRY,
      iccMasterKeyHex: expectOk(key).revealHex(),
    });
  });
}

/** Enrols a terminal of a shop of its own. */
export function enrolLoadTerminal(
  host: { readonly dataDir: string; readonly port: number; readonly db: Queries },
  terminalId: string,
  secrets: Secrets,
): Promise<TerminalFile> {
  const name = { terminalId, merchantId: `LOAD${terminalId}`.padEnd(15, '0') };
  const shop = { ...name, merchantName: 'Load', merchantAddress: 'Here' };
  return enrolAnother(host, shop, secrets.keyProtectionKey, new Date());
}

/** Source: ISO/IEC 7812-1, annex B. */
function withCheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
