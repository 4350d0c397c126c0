import { decodeTlv } from '../../../tlv/ber.ts';
import { readTag, tagLength } from '../../../tlv/tag.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { cardObject } from './card-objects.ts';
import { endForTerminal } from './endings.ts';
import { K2 } from './tags.ts';
import type { DataAnswer } from './terminal-exchange.ts';
import type { TlvDatabase } from './tlv-database.ts';
import type { Kernel2Step, Kernel2Transaction } from './transaction.ts';

/**
 * Tells the terminal what there is for it and takes what it answers, when data is needed or all
 * that it waits for is there. Ends with L3 STOP when the terminal says so.
 */
export function* exchangeWhenDue(t: Kernel2Transaction): Kernel2Step {
  collectDataToSend(t);
  const isDue = t.dataNeeded.size > 0 || (t.dataToSend.size > 0 && t.tagsToRead.length === 0);
  if (!isDue) return undefined;
  return (yield* exchange(t)) === 'stop' ? endForTerminal(t, 'stop') : undefined;
}

/**
 * Waits for the terminal's data until `isReady`. Ends with L3 TIME OUT when an exchange brings
 * nothing, with L3 STOP when the terminal says so.
 */
export function* exchangeUntil(
  t: Kernel2Transaction,
  needed: () => readonly string[],
  isReady: () => boolean,
): Kernel2Step {
  while (!isReady()) {
    for (const tag of needed()) t.dataNeeded.add(tag);
    collectDataToSend(t);
    const answer = yield* exchange(t);
    if (answer === 'stop') return endForTerminal(t, 'stop');
    if (answer === 'nothing') return endForTerminal(t, 'time-out');
  }
  return undefined;
}

/** Tells the terminal all that it still waits for; what there is not has no value. */
export function* exchangeRest(t: Kernel2Transaction): Kernel2Step {
  for (const tag of t.tagsToRead) t.dataToSend.set(tag, t.data.get(tag));
  t.tagsToRead = [];
  if (t.dataToSend.size === 0) return undefined;
  return (yield* exchange(t)) === 'stop' ? endForTerminal(t, 'stop') : undefined;
}

function* exchange(t: Kernel2Transaction): KernelStep<DataAnswer['type']> {
  const signal = { needed: [...t.dataNeeded], toSend: t.dataToSend };
  t.dataNeeded = new Set();
  t.dataToSend = new Map();
  if (!t.exchangeData) return 'nothing';
  const answer = yield* t.exchangeData(signal);
  if (answer.type !== 'data') return answer.type;
  return takeTerminalData(t, answer.objects) ? 'data' : 'nothing';
}

/** What was read since and the terminal waits for. */
function collectDataToSend(t: Kernel2Transaction): void {
  const isThere = (tag: string): boolean => t.data.isNotEmpty(tag);
  for (const tag of t.tagsToRead.filter(isThere)) t.dataToSend.set(tag, t.data.get(tag));
  t.tagsToRead = t.tagsToRead.filter((tag) => !isThere(tag));
}

/** False when the bytes are no BER-TLV: then nothing of them is taken. */
function takeTerminalData(t: Kernel2Transaction, objects: Uint8Array): boolean {
  const decoded = decodeTlv(objects);
  if (!decoded.ok) return false;
  for (const { tag, value, children } of decoded.value) {
    if (tag === K2.tagsToRead) t.tagsToRead.push(...parseTagList(value));
    else if (tag === K2.tagsToWriteBefore) t.writeBefore.push(...(children ?? []));
    else if (tag === K2.tagsToWriteAfter) t.writeAfter.push(...(children ?? []));
    else if (isTerminals(tag) && !children) t.data.set(tag, value);
  }
  return decoded.value.length > 0;
}

/** Neither what only a card gives nor what the kernel works out itself. */
function isTerminals(tag: string): boolean {
  return !cardObject(tag) && !KERNEL_OBJECTS.has(tag);
}

const KERNEL_OBJECTS: ReadonlySet<string> = new Set(
  (
    '95 9F33 9F34 9F37 9F6A 9F7E DF8101 DF8102 DF8104 DF8105 DF8107 DF810B DF810E DF810F DF8111 ' +
    'DF8113 DF8114 DF8115 DF8116 DF8128 DF8129 DF812A DF812B DF8301 DF8302 DF8303 DF8304 DF8305 ' +
    'DF8306 DF8307'
  ).split(' '),
);

/** Tags one after the other; from the first that is cut off on nothing is read. */
export function parseTagList(bytes: Uint8Array): readonly string[] {
  const tags: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = tagLength(bytes, at, bytes.length);
    if (length === 0 || length > 4) return tags;
    tags.push(readTag(bytes, at, length));
    at += length;
  }
  return tags;
}

/** Begins the lists of what the terminal reads and writes, from its configuration. */
export function beginDataExchange(t: Kernel2Transaction): void {
  const { data } = t;
  t.tagsToRead.push(...parseTagList(data.get(K2.tagsToRead)));
  t.writeBefore.push(...objectsOf(data, K2.tagsToWriteBefore));
  t.writeAfter.push(...objectsOf(data, K2.tagsToWriteAfter));
  for (const tag of [K2.tagsToRead, K2.tagsToWriteBefore, K2.tagsToWriteAfter]) {
    if (data.isEmpty(tag)) t.dataNeeded.add(tag);
  }
}

function objectsOf(data: TlvDatabase, tag: string) {
  const decoded = decodeTlv(data.get(tag));
  return decoded.ok ? decoded.value : [];
}
