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
 * goes through one of them was cut or written anew.
 */
export async function verifyAudit(
  db: Queries,
  kept: readonly AuditHead[] = [],
): Promise<AuditReport> {
  const rows = await db
    .selectFrom('audit_log')
    .selectAll()
    .orderBy('shard')
    .orderBy('sequence')
    .execute();
  return verifyChains(rows, kept);
}

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
  rows: readonly AuditRow[],
  kept: readonly AuditHead[] = [],
): AuditReport {
  const chains = Map.groupBy(rows, (row) => row.shard);
  const shards = new Set([...chains.keys(), ...kept.map(({ shard }) => shard)]);
  const broken: BrokenLink[] = [];
  const heads: AuditHead[] = [];
  for (const shard of shards) {
    const chain = chains.get(shard) ?? [];
    const fault = firstFault(shard, chain, kept);
    if (fault) broken.push(fault);
    const last = chain.at(-1);
    if (last) heads.push({ shard, sequence: last.sequence, hash: hexOf(last.hash) });
  }
  return { entries: rows.length, heads, broken };
}

function firstFault(
  shard: string,
  chain: readonly AuditRow[],
  kept: readonly AuditHead[],
): BrokenLink | undefined {
  const wanted = kept.filter((head) => head.shard === shard);
  let before = '00'.repeat(32);
  let expected = 1n;
  for (const { sequence, entry, previous_hash, hash } of chain) {
    if (sequence !== expected) return { shard, sequence: expected, why: 'missing' };
    if (hexOf(previous_hash) !== before) return { shard, sequence, why: 'link-mismatch' };
    const computed = createHash('sha256').update(previous_hash);
    const digest = computed.update(`${shard} ${sequence} ${entry}`).digest('hex');
    if (digest !== hexOf(hash)) return { shard, sequence, why: 'hash-mismatch' };
    if (wanted.some((head) => head.sequence === sequence && head.hash !== digest)) {
      return { shard, sequence, why: 'head-mismatch' };
    }
    before = digest;
    expected += 1n;
  }
  const beyond = wanted.some((head) => head.sequence >= expected);
  return beyond ? { shard, sequence: expected, why: 'missing' } : undefined;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
