import { encodeHex } from '../../../bytes/hex.ts';
import { transmit } from '../../../transaction/steps.ts';
import { getData, readRecord } from '../../apdu.ts';
import { type LocatedRecord, parseFileLocator } from '../../file-locator.ts';
import { isReadByGetData } from './card-objects.ts';
import { exchangeWhenDue } from './data-exchange.ts';
import { emptyEntries } from './dol-data.ts';
import { endApplication, presentAgain } from './endings.ts';
import { continueDataStorage } from './integrated-data-storage.ts';
import { storeCardData, storeObjectOf } from './store-card-data.ts';
import { AIP, CONFIGURATION, IDS, K2, TVR } from './tags.ts';
import type { Kernel2Step, Kernel2Transaction } from './transaction.ts';

/** The first entry of an AFL in which the record of magnetic stripe mode lies alone. */
const MAG_STRIPE_ENTRY = '08010100';
/** Records of files above this one are the issuer's own business. */
const LAST_EMV_FILE = 10;

/**
 * Reads what the terminal asked for by GET DATA, then the records of the AFL, and keeps those that
 * are signed. The record of magnetic stripe mode is passed over where the reader has that mode too.
 * Source: Book C-2, 6.4 to 6.7 (S3.30 to S3.32, S3R1, states 4 and 5), as publicly described. The
 * book sends the next command before it looks at the last answer; here each answer is looked at
 * first, so that no command follows a malformed one.
 */
export function* readEmvRecords(t: Kernel2Transaction): Kernel2Step {
  const { data } = t;
  continueDataStorage(t);
  chooseAuthentication(t);
  const records = parseFileLocator(emvFileLocator(t));
  if (!records.ok) return endApplication(t, { l2: 'card-data-error' });
  const told = yield* exchangeWhenDue(t);
  if (told) return told;
  for (const located of records.value) {
    const ended = (yield* readTagsByGetData(t)) ?? (yield* readOne(t, located));
    if (ended) return ended;
    for (const tag of emptyEntries(data, '8C')) t.dataNeeded.add(tag);
    if (data.has(K2.idsStatus, IDS.read)) {
      for (const tag of emptyEntries(data, K2.dsdol)) t.dataNeeded.add(tag);
    }
    const exchanged = yield* exchangeWhenDue(t);
    if (exchanged) return exchanged;
  }
  return yield* readTagsByGetData(t);
}

/** Book C-2, S3.30 to S3.32. */
function emvFileLocator({ data }: Kernel2Transaction): Uint8Array {
  const afl = data.get('94');
  const skips =
    encodeHex(afl.subarray(0, 4)) === MAG_STRIPE_ENTRY &&
    !data.has(K2.kernelConfiguration, CONFIGURATION.noMagStripeMode);
  return skips ? afl.subarray(4) : afl;
}

/** Whether CDA is performed; the TVR says when it is not. Source: Book C-2, S3R1.17 to S3R1.20. */
function chooseAuthentication(t: Kernel2Transaction): void {
  const { data } = t;
  const terminalHasCda = data.has('9F33', { byte: 3, mask: 0x08 });
  const bothHave = data.has('82', AIP.cda) && terminalHasCda;
  t.isCdaRequired = bothHave || data.has(K2.idsStatus, IDS.read);
  if (!t.isCdaRequired) data.raise('95', TVR.odaNotPerformed);
}

function* readOne(t: Kernel2Transaction, { sfi, record, isSigned }: LocatedRecord): Kernel2Step {
  const reply = yield* transmit(readRecord(sfi, record));
  if (reply.type === 'card-lost') return presentAgain(t);
  const { statusWord, data: bytes } = reply;
  if (statusWord !== '9000') return endApplication(t, { l2: 'status-bytes', statusWord });
  if (sfi <= LAST_EMV_FILE) {
    if (!storeCardData(t.data, bytes, 'record')) return endApplication(t, { l2: 'parsing-error' });
  }
  if (isSigned && t.isCdaRequired) t.signedRecords.push({ sfi, bytes });
  return undefined;
}

/** What the terminal waits for and only GET DATA fetches. Source: Book C-2, 6.7 (state 5). */
function* readTagsByGetData(t: Kernel2Transaction): Kernel2Step {
  for (;;) {
    const tag = t.tagsToRead.find((one) => isReadByGetData(one) && !t.data.isNotEmpty(one));
    if (tag === undefined) return undefined;
    const reply = yield* transmit(getData(tag));
    if (reply.type === 'card-lost') return presentAgain(t);
    t.tagsToRead = t.tagsToRead.filter((one) => one !== tag);
    const isRead = reply.statusWord === '9000';
    if (isRead && !storeObjectOf(t.data, reply.data, tag)) {
      return endApplication(t, { l2: 'parsing-error' });
    }
    t.dataToSend.set(tag, isRead ? t.data.get(tag) : new Uint8Array(0));
    const exchanged = yield* exchangeWhenDue(t);
    if (exchanged) return exchanged;
  }
}
