import type { SecretKey } from '#kernel/keys/secret-key.ts';
import type { ObservedAuthorisation } from '../api/metrics.ts';
import type { Outbox } from '../nodes/outbox.ts';
import type { LiveScorers } from '../scoring/decision-log.ts';
import type { VelocityCounters } from '../scoring/velocity.ts';
import type { Queries } from '../store/database.ts';
import type { Issuer } from './issuers.ts';

/** What answering messages needs. */
export interface Acquirer {
  readonly db: Queries;
  readonly issuers: readonly Issuer[];
  /** `Secrets.tokenKey` */
  readonly tokenKey: Uint8Array;
  /** `Secrets.keyProtectionKey` */
  readonly keyProtectionKey: SecretKey;
  /** What was seen lately; every decision that is committed is told to it. */
  readonly velocity: VelocityCounters;
  readonly scorers: LiveScorers;
  /** Where other nodes are told of decisions; absent where there are none. */
  readonly outbox?: Outbox;
  readonly now: () => Date;
  /** Told of each request with a card that was decided on, after its commit. */
  readonly observe?: (authorisation: ObservedAuthorisation) => void;
}
