import { equalBytes } from '../../../bytes/bytes.ts';
import { encodeHex } from '../../../bytes/hex.ts';
import { encodeTlv } from '../../../tlv/ber.ts';
import type { TagStore } from '../outcome.ts';
import { relatedData } from './dol-data.ts';
import { TORN_RECORD } from './record-lists.ts';
import { K2 } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import type { Kernel2Transaction } from './transaction.ts';

/**
 * Those of the torn transactions that are not older than the reader keeps them (DF811C, seconds) at
 * the date (9A) and time (9F21) of this one. Source: Book C-2, 6.2 (CLEAN signal), as publicly
 * described.
 */
export function freshTornRecords(records: readonly TagStore[], data: TlvDatabase): TagStore[] {
  const now = secondsOf(data.get('9A'), data.get('9F21'));
  const lifetime = data.number(K2.maxTornLifetime);
  return records.filter((record) => {
    const age = now - secondsOf(record.get('9A') ?? NOTHING, record.get('9F21') ?? NOTHING);
    return age >= 0 && age <= lifetime;
  });
}

/** Whether this reader recovers torn transactions and this card can be asked to. */
export function canRecover({ data }: Kernel2Transaction): boolean {
  return data.isNotEmpty(K2.drdol) && data.number(K2.maxTornRecords) > 0;
}

/** The torn transaction of the card in the field, by its PAN (5A) and sequence number (5F34). */
export function findTornRecord(t: Kernel2Transaction): TagStore | undefined {
  if (!canRecover(t)) return undefined;
  const isSame = (record: TagStore, tag: string): boolean =>
    equalBytes(record.get(tag) ?? NOTHING, t.data.get(tag));
  return t.tornRecords.find((record) => isSame(record, '5A') && isSame(record, '5F34'));
}

/** Takes a record out of the log. */
export function forgetTornRecord(t: Kernel2Transaction, record: TagStore): void {
  t.tornRecords = t.tornRecords.filter((one) => one !== record);
}

/**
 * Puts this transaction into the log of torn ones. Of a full log the oldest leaves it, into the
 * discretionary data (FF8101). Source: Book C-2, 6.9 (S9.11 to S9.13), as publicly described.
 */
export function rememberTornTransaction(t: Kernel2Transaction): void {
  const { data } = t;
  data.set(K2.drdolRelatedData, relatedData(data, K2.drdol) ?? NOTHING);
  const records = [...t.tornRecords, data.pick(TORN_RECORD.filter((tag) => data.isNotEmpty(tag)))];
  const excess = Math.max(0, records.length - data.number(K2.maxTornRecords));
  const oldest = records[excess - 1];
  if (oldest) reportTornRecord(data, oldest);
  t.tornRecords = records.slice(excess);
}

/** Gives a torn record to the terminal with the discretionary data. */
export function reportTornRecord(data: TlvDatabase, record: TagStore): void {
  const objects = TORN_RECORD.flatMap((tag) => {
    const value = record.get(tag);
    return value ? [{ tag, value }] : [];
  });
  data.set(K2.tornRecord, encodeTlv(objects));
}

const NOTHING = new Uint8Array(0);

/** Seconds since 2000 of YYMMDD and HHMMSS; what is no digit counts as it is written. */
function secondsOf(date: Uint8Array, time: Uint8Array): number {
  const [year = 0, month = 1, day = 1] = pairs(date);
  const [hour = 0, minute = 0, second = 0] = pairs(time);
  // Days by the civil calendar, the year beginning in March so that the leap day is its last.
  const march = month < 3 ? year - 1 : year;
  const days =
    365 * march + Math.floor(march / 4) + Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day;
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

function pairs(bytes: Uint8Array): number[] {
  return (encodeHex(bytes).match(/../g) ?? []).map((two) => Number.parseInt(two, 10) || 0);
}
