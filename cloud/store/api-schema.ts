import type { ColumnType, Generated } from 'kysely';

/** The tables of the API and of webhooks; a part of `Schema`. */
export interface ApiSchema {
  readonly api_keys: ApiKeysTable;
  readonly api_idempotency: ApiIdempotencyTable;
  readonly applied_migrations: AppliedMigrationsView;
  readonly operations_sessions: OperationsSessionsTable;
  readonly webhook_endpoints: WebhookEndpointsTable;
  readonly webhook_events: WebhookEventsTable;
  readonly webhook_deliveries: WebhookDeliveriesTable;
  readonly webhook_attempts: WebhookAttemptsTable;
}

/** `cloud/api/api-keys.ts` */
interface ApiKeysTable {
  readonly key_id: string;
  readonly name: string;
  readonly secret_sha256: Uint8Array;
  /** Null is an operator's. */
  readonly merchant_id: string | null;
  /** Separated by spaces. */
  readonly scopes: string;
  readonly requests_per_minute: number;
  readonly created_at: Date;
  readonly revoked_at: ColumnType<Date | null, null, Date>;
}

/** `cloud/api/create-once.ts` */
interface ApiIdempotencyTable {
  readonly key_id: string;
  readonly idempotency_key: string;
  readonly request_sha256: string;
  /** JSON; null within the transaction that creates what it tells of. */
  readonly answer: ColumnType<string | null, null, string>;
  readonly created_at: Date;
}

/** Those of `migrations.ts` that this database has. A view: the table is the migrator's. */
interface AppliedMigrationsView {
  readonly name: string;
}

/** `cloud/webhooks/endpoints.ts` */
interface WebhookEndpointsTable {
  readonly endpoint_id: string;
  /** Null is told of all merchants. */
  readonly merchant_id: string | null;
  readonly url: string;
  /** Separated by spaces; none is all. */
  readonly event_types: string;
  /** ANSI X9.143, version D, under `Secrets.keyProtectionKey`. */
  readonly secret_block: ColumnType<string, string, string>;
  readonly previous_secret_block: ColumnType<string | null, undefined, string>;
  /** Until when the one of before signs, too. */
  readonly previous_until: ColumnType<Date | null, undefined, Date>;
  readonly created_at: Date;
  readonly disabled_at: ColumnType<Date | null, undefined, Date | null>;
  readonly disabled_why: ColumnType<
    'operator' | 'gone' | null,
    undefined,
    'operator' | 'gone' | null
  >;
}

/** What happened, as it is told. The triggers of `webhook-migrations.ts` write it. */
interface WebhookEventsTable {
  readonly event_id: string;
  readonly merchant_id: string;
  readonly event_type: string;
  readonly happened_at: Date;
  /** JSON */
  readonly data: string;
}

/** To whom it is told, and whether it was. Written in the same transaction. */
interface WebhookDeliveriesTable {
  readonly endpoint_id: string;
  readonly event_id: string;
  readonly state: ColumnType<DeliveryState, DeliveryState, DeliveryState>;
  readonly attempts: ColumnType<number, number, number>;
  readonly next_attempt_at: ColumnType<Date, Date, Date>;
  readonly happened_at: Date;
}

/** `dead` is given up; a replay tries it again. */
export type DeliveryState = 'pending' | 'delivered' | 'dead';

/** What became of each attempt. */
interface WebhookAttemptsTable {
  readonly attempt_id: Generated<bigint>;
  readonly endpoint_id: string;
  readonly event_id: string;
  readonly outcome: string;
  /** The receiver's, where it answered. */
  readonly status: number | null;
  readonly duration_ms: number;
  readonly attempted_at: Date;
}

/** Who is logged in to the operations page (`cloud/api/operations-session.ts`). */
interface OperationsSessionsTable {
  readonly token_sha256: Uint8Array;
  readonly key_id: string;
  readonly expires_at: Date;
}
