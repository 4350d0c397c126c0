import { randomBytes } from 'node:crypto';
import { expectOk } from '#kernel/bytes/result.ts';
import { fillBytesFor, unwrapKeyBlock, wrapKeyBlock } from '#kernel/keys/key-block.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import type { Queries } from '../store/database.ts';

/** A terminal that is enrolled here. */
export interface EnrolledTerminal {
  /** DE 41, and the name in its certificate. */
  readonly terminalId: string;
  /** DE 42. */
  readonly merchantId: string;
  /** 16 bytes. */
  readonly macKey: SecretKey;
}

/** Where a host looks its terminals up. */
export interface TerminalRegistry {
  /**
   * The terminal of this name, if it is enrolled with this certificate (SHA-256, hex) and not
   * revoked. Rejects when the database fails.
   */
  find(terminalId: string, certificateSha256: string): Promise<EnrolledTerminal | undefined>;
}

/** What is remembered of a terminal. */
export interface NewTerminal extends EnrolledTerminal {
  readonly certificateSha256: string;
}

/** A terminal as it is listed: no key. */
export interface ListedTerminal {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly enrolledAt: Date;
  readonly revokedAt: Date | null;
}

/** The registry in the database. `keyProtectionKey` opens the MAC keys: AES, 32 bytes. */
export function terminalRegistry(db: Queries, keyProtectionKey: SecretKey): TerminalRegistry {
  return {
    async find(terminalId, certificateSha256) {
      const row = await db
        .selectFrom('terminals')
        .select(['merchant_id', 'mac_key_block'])
        .where('terminal_id', '=', terminalId)
        .where('certificate_sha256', '=', certificateSha256)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      if (!row) return undefined;
      const { key } = expectOk(unwrapKeyBlock(keyProtectionKey, row.mac_key_block));
      return { terminalId, merchantId: row.merchant_id, macKey: key };
    },
  };
}

/**
 * Enrols a terminal, or gives one that is enrolled a new certificate and MAC key. Its MAC key is
 * stored under the key protection key, as a key block of version D. A revoked terminal stays so.
 */
export async function enrolTerminal(
  db: Queries,
  terminal: NewTerminal,
  keyProtectionKey: SecretKey,
  now: Date,
): Promise<void> {
  const fill = randomBytes(fillBytesFor('D', terminal.macKey.lengthBytes));
  const block = expectOk(wrapKeyBlock(keyProtectionKey, MAC_KEY, terminal.macKey, fill));
  const row = {
    merchant_id: terminal.merchantId,
    certificate_sha256: terminal.certificateSha256,
    mac_key_block: block,
    enrolled_at: now,
  };
  await db
    .insertInto('terminals')
    .values({ terminal_id: terminal.terminalId, ...row, revoked_at: null })
    .onConflict((conflict) => conflict.column('terminal_id').doUpdateSet(row))
    .execute();
}

/** From now on nothing of this terminal is answered. False when it is unknown or was revoked. */
export async function revokeTerminal(db: Queries, terminalId: string, now: Date): Promise<boolean> {
  const revoked = await db
    .updateTable('terminals')
    .set({ revoked_at: now })
    .where('terminal_id', '=', terminalId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return revoked.numUpdatedRows > 0n;
}

/** All terminals, by their id. */
export function listTerminals(db: Queries): Promise<readonly ListedTerminal[]> {
  return db
    .selectFrom('terminals')
    .select([
      'terminal_id as terminalId',
      'merchant_id as merchantId',
      'enrolled_at as enrolledAt',
      'revoked_at as revokedAt',
    ])
    .orderBy('terminal_id')
    .execute();
}

/** M3: a key for ISO 9797-1 MAC algorithm 3. Source: ANSI X9.143:2021, table 2. */
const MAC_KEY = {
  version: 'D',
  keyUsage: 'M3',
  algorithm: 'T',
  modeOfUse: 'C',
  keyVersion: '00',
  exportability: 'N',
  optionalBlocks: [],
} as const;
