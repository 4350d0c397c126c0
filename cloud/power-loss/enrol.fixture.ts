import { enrolAnother, type TerminalFile } from '../acquirer/enrolment.ts';
import type { Queries } from '../store/database.ts';
import type { Secrets } from '../store/secrets.ts';

/** Enrols a terminal of a shop of its own. */
export function enrolWithShop(
  host: { readonly dataDir: string; readonly port: number; readonly db: Queries },
  terminalId: string,
  secrets: Secrets,
): Promise<TerminalFile> {
  const name = { terminalId, merchantId: `SHOP${terminalId}`.padEnd(15, '0') };
  const shop = { ...name, merchantName: 'Shop', merchantAddress: 'Here' };
  return enrolAnother(host, shop, secrets.keyProtectionKey, new Date());
}
