import { sql } from 'kysely';
import { buildAnswer } from '#cloud/acquirer/answers.ts';
import type { EnrolledTerminal } from '#cloud/acquirer/terminal-registry.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { findMessageForm, firstTime } from '#kernel/transaction/message-kinds.ts';
import { openMessage, sealMessage } from '#kernel/transaction/message-mac.ts';
import type { World } from '../world/world.ts';
import type { DatabaseServer } from './database-server.ts';

/** What the planted bug makes of a message: other bytes, or an answer at once. */
interface Planted {
  readonly bytes: Uint8Array;
  readonly answer?: Uint8Array;
}

const OTHER_STANS = 500_000;

/** The bugs that are planted in front of the host; without one everything passes as it is. */
export class HostBug {
  readonly #world: World;
  readonly #server: DatabaseServer;
  readonly #seen = new Set<string>();

  constructor(world: World, server: DatabaseServer) {
    this.#world = world;
    this.#server = server;
  }

  async receive({ macKey }: EnrolledTerminal, bytes: Uint8Array): Promise<Planted> {
    const { canary, scheduler } = this.#world;
    const opened = canary === undefined ? undefined : openMessage(bytes, macKey);
    if (!opened?.ok) return { bytes };
    const message = opened.value;
    const isReversal = firstTime(message.mti) === '0400';
    if (canary === 'host-forgets-reversals' && isReversal) {
      return { bytes, answer: buildAnswer(message, { 39: '00' }, macKey) };
    }
    if (canary === 'host-forgets-refunds' && findMessageForm(message)?.kind === 'refund') {
      return { bytes, answer: buildAnswer(message, { 39: '00' }, macKey) };
    }
    if (canary !== 'host-forgets-idempotency' || isReversal) return { bytes };
    const name = encodeHex(bytes);
    if (!this.#seen.has(name)) {
      this.#seen.add(name);
      return { bytes };
    }
    // Under another name, and with the card's counter forgotten too, it is new.
    await scheduler.perform(() => sql`update cards set highest_atc = -1`.execute(this.#server.db));
    const fields = { ...message.fields, 11: `${Number(message.fields[11]) + OTHER_STANS}` };
    return { bytes: expectOk(sealMessage({ ...message, fields }, macKey)) };
  }
}

/** The bugs of what is stored, planted before it is judged. */
export async function spoilStore(world: World, server: DatabaseServer): Promise<void> {
  if (world.canary === 'host-books-no-balance') {
    await sql`update cards set balance_minor = balance_minor + 1`.execute(server.db);
  }
  if (world.canary === 'host-miscounts-batches') {
    await sql`update batches set host_debits = host_debits + 1`.execute(server.db);
  }
  if (world.canary === 'audit-is-altered') {
    await server.db.connection().execute(async (db) => {
      await sql`set session_replication_role = replica`.execute(db);
      const altered = sql`replace(entry, '"at"', '"At"')`;
      await sql`update audit_log set entry = ${altered} where sequence = 2`.execute(db);
      await sql`set session_replication_role = origin`.execute(db);
    });
  }
  if (world.canary === 'decisions-drift') {
    await sql`update decisions set result = replace(result, '"score":', '"score":1')`.execute(
      server.db,
    );
  }
}
