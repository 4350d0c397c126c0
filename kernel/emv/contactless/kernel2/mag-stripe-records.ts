import { encodeHex } from '../../../bytes/hex.ts';
import { transmit } from '../../../transaction/steps.ts';
import { readRecord } from '../../apdu.ts';
import { parseFileLocator } from '../../file-locator.ts';
import { exchangeWhenDue } from './data-exchange.ts';
import { emptyEntries } from './dol-data.ts';
import { endApplication, presentAgain } from './endings.ts';
import {
  encodeDigits,
  parseTrack1Data,
  parseTrack2Data,
  type Track,
  type TrackPositions,
  unpredictableDigits,
} from './mag-stripe-tracks.ts';
import { storeCardData } from './store-card-data.ts';
import { K2 } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import type { Kernel2Step, Kernel2Transaction } from './transaction.ts';

const MAG_STRIPE_ENTRY = '08010100';
const LAST_EMV_FILE = 10;
const REQUIRED = ['9F6B', '9F65', '9F66', '9F67'] as const;

/** Where the digits go, by the tags that say it. */
const TRACK_TAGS = {
  track1: { cvc3: '9F62', numberAndAtc: '9F63', atcDigits: '9F64' },
  track2: { cvc3: '9F65', numberAndAtc: '9F66', atcDigits: '9F67' },
} as const;

/**
 * Reads the records of magnetic stripe mode, of which file 1 alone where the AFL begins with it,
 * and checks that both tracks take the same digits. Source: Book C-2, 6.4 (S3.70 to S3.81) and 6.13
 * (state 7: S7.9 to S7.24), as publicly described.
 */
export function* readMagStripeRecords(t: Kernel2Transaction): Kernel2Step {
  const { data } = t;
  const told = yield* exchangeWhenDue(t);
  if (told) return told;
  const afl = data.get('94');
  const isFirst = encodeHex(afl.subarray(0, 4)) === MAG_STRIPE_ENTRY;
  const records = parseFileLocator(isFirst ? afl.subarray(0, 4) : afl);
  if (!records.ok) return endApplication(t, { l2: 'card-data-error' });
  for (const { sfi, record } of records.value) {
    const reply = yield* transmit(readRecord(sfi, record));
    if (reply.type === 'card-lost') return presentAgain(t);
    const { statusWord } = reply;
    if (statusWord !== '9000') return endApplication(t, { l2: 'status-bytes', statusWord });
    if (sfi <= LAST_EMV_FILE && !storeCardData(data, reply.data, 'record')) {
      return endApplication(t, { l2: 'parsing-error' });
    }
    for (const tag of emptyEntries(data, K2.udol)) t.dataNeeded.add(tag);
    const exchanged = yield* exchangeWhenDue(t);
    if (exchanged) return exchanged;
  }
  if (REQUIRED.some((tag) => !data.isNotEmpty(tag))) {
    return endApplication(t, { l2: 'card-data-missing' });
  }
  if (unpredictableDigitsOf(data) === undefined) {
    return endApplication(t, { l2: 'card-data-error' });
  }
  storeDiscretionaryData(data);
  return undefined;
}

/** How many digits of the unpredictable number the tracks take; `undefined` where they disagree. */
export function unpredictableDigitsOf(data: TlvDatabase): number | undefined {
  const second = digitsOf(parseTrack2Data(data.get('9F6B')), trackPositions(data, 'track2'));
  if (!data.isNotEmpty('56')) return second;
  const tags = Object.values(TRACK_TAGS.track1);
  if (tags.some((tag) => !data.isNotEmpty(tag))) return undefined;
  const first = digitsOf(parseTrack1Data(data.get('56')), trackPositions(data, 'track1'));
  return first === second ? second : undefined;
}

function digitsOf(track: Track | undefined, positions: TrackPositions): number | undefined {
  return track && unpredictableDigits(positions, track.discretionaryData.length);
}

/** Where the digits go in one of the tracks. */
export function trackPositions(data: TlvDatabase, track: keyof typeof TRACK_TAGS): TrackPositions {
  const { cvc3, numberAndAtc, atcDigits } = TRACK_TAGS[track];
  return {
    cvc3: data.get(cvc3),
    numberAndAtc: data.get(numberAndAtc),
    atcDigits: data.number(atcDigits),
  };
}

/** The discretionary data as the card gave them (DF812A, DF812B). Source: Book C-2, S7.23. */
function storeDiscretionaryData(data: TlvDatabase): void {
  const second = parseTrack2Data(data.get('9F6B'));
  if (second) data.set(K2.discretionaryTrack2, encodeDigits(second.discretionaryData));
  const first = parseTrack1Data(data.get('56'));
  if (!first) return;
  const text = data.get('56');
  data.set(K2.discretionaryTrack1, text.subarray(text.length - first.discretionaryData.length));
}
