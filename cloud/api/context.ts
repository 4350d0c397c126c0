import type { SecretKey } from '#kernel/keys/secret-key.ts';
import type { Presence } from '../acquirer/presence.ts';
import type { AcquirerServer } from '../acquirer/tls-server.ts';
import type { LiveScorers } from '../scoring/decision-log.ts';
import type { Queries } from '../store/database.ts';
import type { TargetRules } from '../webhooks/target.ts';
import type { Metrics } from './metrics.ts';

/** What the routes are made of. */
export interface ApiContext {
  readonly db: Queries;
  readonly dataDir: string;
  /** Where terminals connect; its port goes into what a new one is given. */
  readonly acquirer: Pick<AcquirerServer, 'port' | 'isListening'> & {
    /** Absent where no terminal connects to this process. */
    readonly presence?: Presence;
  };
  /** `Secrets.keyProtectionKey` */
  readonly keyProtectionKey: SecretKey;
  readonly scorers: LiveScorers;
  readonly metrics: Metrics;
  /** Whom events may be sent to. */
  readonly webhookTargets: TargetRules;
  readonly now: () => Date;
}
