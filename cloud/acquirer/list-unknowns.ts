import type { Queries } from '../store/database.ts';
import type { TransactionKey } from './transactions.ts';

/** A payment of which it is not known yet how it ended. */
export interface UnknownPayment extends TransactionKey {
  readonly merchantId: string;
  /** `unknown`: the issuer has not answered; `reversal-due`: the host gave up waiting. */
  readonly state: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly receivedAt: Date;
}

/** All of them, the oldest first; `resolveUnknowns` ends them. */
export function listUnknowns(db: Queries): Promise<readonly UnknownPayment[]> {
  return db
    .selectFrom('transactions')
    .select([
      'terminal_id as terminalId',
      'stan',
      'transmitted_at as transmittedAt',
      'merchant_id as merchantId',
      'state',
      'amount_minor as amountMinor',
      'currency',
      'received_at as receivedAt',
    ])
    .where('state', 'in', ['unknown', 'reversal-due'])
    .orderBy('received_at')
    .execute();
}
