import { randomBytes } from 'node:crypto';
import { equalBytes } from '#kernel/bytes/bytes.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { fillBytesFor, unwrapKeyBlock, wrapKeyBlock } from '#kernel/keys/key-block.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { appendAudit, OPERATOR_SHARD } from '../audit/audit-log.ts';
import { atomically, type Queries, type UnitOfWork } from '../store/database.ts';

/** A terminal that is enrolled here. */
export interface EnrolledTerminal {
  /** DE 41, and the name in its certificate. */
  readonly terminalId: string;
  /** DE 42. */
  readonly merchantId: string;
  /** 16 bytes. */
  readonly macKey: SecretKey;
  /** Since when it has it. */
  readonly macKeySince?: Date;
  /** A MAC key that was sent to it and that it has not used yet. */
  readonly nextMacKey?: SecretKey;
  /** What new keys are sent to it under: AES, 32 bytes; not there before it was given one. */
  readonly transportKey?: SecretKey;
  /** The initial key that DUKPT makes the keys of its PINs of: TDES, 16 bytes. */
  readonly pinKey?: SecretKey;
  /** It signed off and has not signed on again. */
  readonly isSignedOff?: boolean;
}

/** Where a host looks its terminals up. */
export interface TerminalRegistry {
  /**
   * The terminal of this name, if it is enrolled with this certificate (SHA-256, hex) and not
   * revoked. Rejects when the database fails.
   */
  find(terminalId: string, certificateSha256: string): Promise<EnrolledTerminal | undefined>;
}

/**
 * How long a host may go by what it read of a terminal: so long may a revocation go unnoticed by a
 * connection that is open.
 */
export const TERMINAL_FRESH_MS = 1_000;

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
        .select([
          'merchant_id',
          'mac_key_block',
          'mac_key_since',
          'next_mac_key_block',
          'transport_key_block',
          'pin_key_block',
          'signed_off_at',
        ])
        .where('terminal_id', '=', terminalId)
        .where('certificate_sha256', '=', certificateSha256)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      if (!row) return undefined;
      const keyOf = (block: string) => expectOk(unwrapKeyBlock(keyProtectionKey, block)).key;
      const { next_mac_key_block: next, transport_key_block: transport, pin_key_block: pin } = row;
      return {
        terminalId,
        merchantId: row.merchant_id,
        macKey: keyOf(row.mac_key_block),
        macKeySince: row.mac_key_since,
        ...(next && { nextMacKey: keyOf(next) }),
        ...(transport && { transportKey: keyOf(transport) }),
        ...(pin && { pinKey: keyOf(pin) }),
        isSignedOff: row.signed_off_at !== null,
      };
    },
  };
}

/**
 * Enrols a terminal, or gives one that is enrolled a new certificate and new keys. One that comes
 * with the transport key it has keeps the MAC key that it was changed to since. Keys are stored
 * under the key protection key, as key blocks of version D. A revoked terminal stays so.
 */
export async function enrolTerminal(
  db: Queries,
  terminal: NewTerminal,
  keyProtectionKey: SecretKey,
  now: Date,
): Promise<void> {
  const { terminalId, merchantId, certificateSha256, transportKey, pinKey } = terminal;
  const wrap = (header: typeof MAC_KEY | typeof TRANSPORT_KEY | typeof PIN_KEY, key: SecretKey) =>
    wrapKey(keyProtectionKey, header, key);
  const row = {
    merchant_id: merchantId,
    certificate_sha256: certificateSha256,
    ...(transportKey && { transport_key_block: wrap(TRANSPORT_KEY, transportKey) }),
    ...(pinKey && { pin_key_block: wrap(PIN_KEY, pinKey) }),
    enrolled_at: now,
  };
  const macKey = {
    mac_key_block: wrap(MAC_KEY, terminal.macKey),
    mac_key_since: now,
    next_mac_key_block: null,
  };
  await atomically(db, async (unit) => {
    const known = await unit
      .selectFrom('terminals')
      .select('transport_key_block')
      .where('terminal_id', '=', terminalId)
      .forUpdate()
      .executeTakeFirst();
    const block = known?.transport_key_block;
    const had = block ? unwrapKeyBlock(keyProtectionKey, block) : undefined;
    const isSame =
      had?.ok && transportKey && equalBytes(had.value.key.reveal(), transportKey.reveal());
    await unit
      .insertInto('terminals')
      .values({ terminal_id: terminalId, ...row, ...macKey, revoked_at: null })
      .onConflict((conflict) =>
        conflict.column('terminal_id').doUpdateSet(isSame ? row : { ...row, ...macKey }),
      )
      .execute();
    const details = { terminalId, merchantId, certificateSha256 };
    await appendAudit(unit, OPERATOR_SHARD, { act: 'terminal-enrolled', at: now, details });
  });
}

/**
 * Enrols a terminal unless it is with this certificate and keys that open: then its keys stay what
 * they have become since.
 */
export async function enrolOnce(
  db: Queries,
  terminal: NewTerminal,
  keyProtectionKey: SecretKey,
  now: Date,
): Promise<void> {
  const row = await db
    .selectFrom('terminals')
    .select(['merchant_id', 'mac_key_block', 'transport_key_block', 'pin_key_block'])
    .where('terminal_id', '=', terminal.terminalId)
    .where('certificate_sha256', '=', terminal.certificateSha256)
    .executeTakeFirst();
  const blocks = [row?.mac_key_block, row?.transport_key_block, row?.pin_key_block];
  const isOpen = blocks.every((block) => block && unwrapKeyBlock(keyProtectionKey, block).ok);
  if (row?.merchant_id === terminal.merchantId && isOpen) return;
  await enrolTerminal(db, terminal, keyProtectionKey, now);
}

/** A key as a key block of version D. */
export function wrapKey(
  protectionKey: SecretKey,
  header: typeof MAC_KEY | typeof TRANSPORT_KEY | typeof PIN_KEY,
  key: SecretKey,
): string {
  const fill = randomBytes(fillBytesFor('D', key.lengthBytes));
  return expectOk(wrapKeyBlock(protectionKey, header, key, fill));
}

/** Keeps a MAC key that is about to be sent: the old one holds until the terminal uses it. */
export async function offerMacKey(
  db: UnitOfWork,
  terminalId: string,
  block: string,
): Promise<void> {
  await db
    .updateTable('terminals')
    .set({ next_mac_key_block: block })
    .where('terminal_id', '=', terminalId)
    .execute();
}

/** Puts the MAC key that a terminal was sent in the place of the one before. */
export async function promoteMacKey(db: Queries, terminalId: string, now: Date): Promise<void> {
  await atomically(db, async (unit) => {
    const changed = await unit
      .updateTable('terminals')
      .set((set) => ({
        mac_key_block: set.ref('next_mac_key_block').$notNull(),
        mac_key_since: now,
        next_mac_key_block: null,
      }))
      .where('terminal_id', '=', terminalId)
      .where('next_mac_key_block', 'is not', null)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return;
    await appendAudit(unit, terminalId, { act: 'mac-key-in-use', at: now, details: {} });
  });
}

/** Remembers that a terminal signed on, or off. */
export async function signTerminal(
  db: UnitOfWork,
  terminalId: string,
  signedOffAt: Date | null,
): Promise<void> {
  await db
    .updateTable('terminals')
    .set({ signed_off_at: signedOffAt })
    .where('terminal_id', '=', terminalId)
    .execute();
}

/** From now on nothing of this terminal is answered. False when it is unknown or was revoked. */
export async function revokeTerminal(db: Queries, terminalId: string, now: Date): Promise<boolean> {
  return atomically(db, async (unit) => {
    const revoked = await unit
      .updateTable('terminals')
      .set({ revoked_at: now })
      .where('terminal_id', '=', terminalId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (revoked.numUpdatedRows === 0n) return false;
    const details = { terminalId };
    await appendAudit(unit, OPERATOR_SHARD, { act: 'terminal-revoked', at: now, details });
    return true;
  });
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

const KEY = {
  version: 'D',
  algorithm: 'T',
  keyVersion: '00',
  exportability: 'N',
  optionalBlocks: [],
} as const;

/** M3: a key for ISO 9797-1 MAC algorithm 3. Source: ANSI X9.143:2021, table 2. */
export const MAC_KEY = { ...KEY, keyUsage: 'M3', modeOfUse: 'C' } as const;
/** K1: a key block protection key. */
const TRANSPORT_KEY = { ...KEY, keyUsage: 'K1', algorithm: 'A', modeOfUse: 'B' } as const;
/** B1: an initial DUKPT key. */
const PIN_KEY = { ...KEY, keyUsage: 'B1', modeOfUse: 'X' } as const;
