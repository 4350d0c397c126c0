import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Queries } from '../store/database.ts';
import { CLOUD_ITSELF, currentActor } from './actor.ts';

/**
 * What is written of an act. It holds no card data and no key. Who acted is added (`actingAs`): in
 * the operators' chain always; in that of a terminal, where it was not the terminal.
 */
export interface AuditEntry {
  /** For example `authorisation` or `terminal-revoked`. */
  readonly act: string;
  readonly at: Date;
  readonly details: Readonly<Record<string, string | number | null | undefined>>;
}

/** The chain of acts that no terminal caused; those of a terminal are in a chain of its own. */
export const OPERATOR_SHARD = 'operator';

/** The end of a chain, to be kept elsewhere: what is cut off behind it then shows. */
export interface AuditHead {
  readonly shard: string;
  readonly sequence: bigint;
  /** Hex. */
  readonly hash: string;
}

/** The first entry of a chain that is not as it was written. */
export interface BrokenLink {
  readonly shard: string;
  readonly sequence: bigint;
  readonly why: 'missing' | 'hash-mismatch' | 'link-mismatch' | 'head-mismatch';
}

/** What `verifyAudit` found. */
export interface AuditReport {
  readonly entries: number;
  readonly heads: readonly AuditHead[];
  /** One at most for each chain. */
  readonly broken: readonly BrokenLink[];
}

/**
 * What `insert into audit_log` inserts: the entry behind the last of its chain. Two at once for one
 * chain collide on the key, and the later is tried again by `atomically`.
 */
export function nextAuditRow(shard: string, entry: AuditEntry): RawBuilder<unknown> {
  const by = currentActor() ?? (shard === OPERATOR_SHARD ? CLOUD_ITSELF : undefined);
  const text = JSON.stringify({ act: entry.act, at: entry.at, by, ...entry.details });
  return sql`select ${shard}::text, last.sequence + 1, ${text}::text, last.hash,
      sha256(last.hash || convert_to(${shard}::text || ' ' || (last.sequence + 1)::text || ' '
        || ${text}::text, 'UTF8'))
    from (
      select * from (
        (select sequence, hash from audit_log where shard = ${shard}::text
          order by sequence desc limit 1)
        union all select 0::bigint, decode(repeat('00', 32), 'hex')
      ) known order by sequence desc limit 1
    ) last`;
}

/** Writes an entry; it is there when the transaction of the act is. */
export async function appendAudit(db: Queries, shard: string, entry: AuditEntry): Promise<void> {
  await sql`insert into audit_log (shard, sequence, entry, previous_hash, hash)
    ${nextAuditRow(shard, entry)}`.execute(db);
}

/**
 * Follows every chain from its start. `kept` are heads of an earlier time: a chain that no longer
 * goes through one of them was cut or written anew. The log is read in pages, however long it is.
 */
export async function verifyAudit(
  db: Queries,
  kept: readonly AuditHead[] = [],
  pageRows = PAGE_ROWS,
): Promise<AuditReport> {
  const verifier = new ChainVerifier(kept);
  let last: AuditRow | undefined;
  do {
    const page = db.selectFrom('audit_log').selectAll().orderBy('shard').orderBy('sequence');
    const rest = last
      ? page.where(sql<boolean>`(shard, sequence) > (${last.shard}, ${last.sequence})`)
      : page;
    const rows: readonly AuditRow[] = await rest.limit(pageRows).execute();
    for (const row of rows) verifier.see(row);
    last = rows.length < pageRows ? undefined : rows.at(-1);
  } while (last);
  return verifier.report();
}

const PAGE_ROWS = 10_000;

/** A row of the log. */
export interface AuditRow {
  readonly shard: string;
  readonly sequence: bigint;
  readonly entry: string;
  readonly previous_hash: Uint8Array;
  readonly hash: Uint8Array;
}

/** The same for rows that were read: by shard, and in each by sequence. */
export function verifyChains(
  rows: Iterable<AuditRow>,
  kept: readonly AuditHead[] = [],
): AuditReport {
  const verifier = new ChainVerifier(kept);
  for (const row of rows) verifier.see(row);
  return verifier.report();
}

const START = '00'.repeat(32);

/** Is shown one row after the other, and remembers the chain at hand and the ends of the others. */
class ChainVerifier {
  /** By shard, those that no row was seen for. */
  readonly #kept: Map<string, readonly AuditHead[]>;
  readonly #heads: AuditHead[] = [];
  readonly #broken: BrokenLink[] = [];
  #entries = 0;
  #shard: string | undefined;
  #wanted: readonly AuditHead[] = [];
  #last = { sequence: 0n, hash: START };
  /** The last that followed from the one before it. */
  #sound = { sequence: 0n, hash: START };
  #isBroken = false;

  constructor(kept: readonly AuditHead[]) {
    this.#kept = Map.groupBy(kept, ({ shard }) => shard);
  }

  see(row: AuditRow): void {
    this.#entries++;
    if (row.shard !== this.#shard) {
      this.#endChain();
      this.#begin(row.shard);
    }
    this.#last = { sequence: row.sequence, hash: hexOf(row.hash) };
    if (this.#isBroken) return;
    const fault = firstFault(row, this.#sound, this.#wanted);
    if (!fault) {
      this.#sound = this.#last;
      return;
    }
    this.#isBroken = true;
    this.#broken.push({ shard: row.shard, ...fault });
  }

  report(): AuditReport {
    this.#endChain();
    for (const shard of [...this.#kept.keys()]) {
      this.#begin(shard);
      this.#endChain();
    }
    return { entries: this.#entries, heads: this.#heads, broken: this.#broken };
  }

  #begin(shard: string): void {
    this.#shard = shard;
    this.#wanted = this.#kept.get(shard) ?? [];
    this.#kept.delete(shard);
    this.#last = this.#sound = { sequence: 0n, hash: START };
    this.#isBroken = false;
  }

  #endChain(): void {
    const shard = this.#shard;
    if (shard === undefined) return;
    const sequence = this.#sound.sequence + 1n;
    if (!this.#isBroken && this.#wanted.some((head) => head.sequence >= sequence)) {
      this.#broken.push({ shard, sequence, why: 'missing' });
    }
    if (this.#last.sequence > 0n) this.#heads.push({ shard, ...this.#last });
    this.#shard = undefined;
  }
}

function firstFault(
  { shard, sequence, entry, previous_hash, hash }: AuditRow,
  before: { readonly sequence: bigint; readonly hash: string },
  wanted: readonly AuditHead[],
): Pick<BrokenLink, 'sequence' | 'why'> | undefined {
  const expected = before.sequence + 1n;
  if (sequence !== expected) return { sequence: expected, why: 'missing' };
  if (hexOf(previous_hash) !== before.hash) return { sequence, why: 'link-mismatch' };
  const computed = createHash('sha256').update(previous_hash);
  const digest = computed.update(`${shard} ${sequence} ${entry}`).digest('hex');
  if (digest !== hexOf(hash)) return { sequence, why: 'hash-mismatch' };
  const isOther = wanted.some((head) => head.sequence === sequence && head.hash !== digest);
  return isOther ? { sequence, why: 'head-mismatch' } : undefined;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
