import type { ColumnType } from 'kysely';

/** The tables of the API; a part of `Schema`. */
export interface ApiSchema {
  readonly api_keys: ApiKeysTable;
  readonly api_idempotency: ApiIdempotencyTable;
  readonly applied_migrations: AppliedMigrationsView;
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
