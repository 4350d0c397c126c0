import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { parseResponse } from '#kernel/emv/apdu.ts';
import { valueMeanings } from '#kernel/emv/dictionary/meanings.ts';
import { tagEntry } from '#kernel/emv/dictionary/tags.ts';
import { parseFileLocator } from '#kernel/emv/file-locator.ts';
import { statusMeaning } from '#kernel/emv/status-words.ts';
import { parseTrack2 } from '#kernel/emv/track2.ts';
import { type FuzzTarget, mustHold } from '../target.ts';

/** `parseResponse`. */
export const apduResponse: FuzzTarget = {
  name: 'apdu-response',
  summary: 'every response is data and two status bytes, or is refused',
  corpus: () => ['9000', '6A82', '770A9F2701809F360200019000'].map(hex),
  run(input) {
    const response = parseResponse(input);
    if (!response.ok) {
      mustHold(input.length < 2, 'only what has no status is refused');
      return;
    }
    const { data, statusWord } = response.value;
    mustHold(encodeHex(data) + statusWord === encodeHex(input), 'nothing is lost');
    statusMeaning(statusWord);
  },
};

/** `parseTrack2`. */
export const track2: FuzzTarget = {
  name: 'track2',
  summary: 'every track is read or refused; what was read are digits of it',
  corpus: () =>
    ['4761739001010010D49122011143844489', '5413339000001513D20122019000990000000F'].map(hex),
  run(input) {
    const track = parseTrack2(input);
    if (!track.ok) return;
    const { pan, expiry, serviceCode, digits } = track.value;
    mustHold(/^\d{8,19}$/.test(pan), 'a PAN is 8 to 19 digits');
    mustHold(digits.startsWith(`${pan}D${expiry}${serviceCode}`), 'its parts are its digits');
    mustHold(encodeHex(input).startsWith(digits), 'its digits are the input');
  },
};

/** `parseFileLocator`. */
export const fileLocator: FuzzTarget = {
  name: 'file-locator',
  summary: 'every AFL names records that can be read, or is refused',
  corpus: () => ['08010100', '1001010118010200200101002801010130010300'].map(hex),
  run(input) {
    const records = parseFileLocator(input);
    if (!records.ok) {
      mustHold(records.error.offset <= input.length, 'the offset lies within the input');
      return;
    }
    for (const { sfi, record } of records.value) {
      mustHold(sfi >= 1 && sfi <= 30 && record >= 1 && record <= 255, 'a record can be read');
    }
  },
};

/** `valueMeanings` of coded data elements: the first byte chooses which. */
export const meanings: FuzzTarget = {
  name: 'tag-meanings',
  summary: 'the bits of every coded data element can be told, whatever they are',
  corpus: () =>
    CODED.map((_, i) => Uint8Array.of(i, ...hex('0610A040002C000000000000000000000000000007FF'))),
  run([choice = 0, ...rest]) {
    const tag = CODED[choice % CODED.length] ?? '95';
    const value = Uint8Array.from(rest);
    for (const kernel of [undefined, 2, 3, 8]) {
      const entry = tagEntry(tag, { lengthBytes: value.length, ...(kernel && { kernel }) });
      mustHold(entry !== undefined, `${tag} is in the dictionary`);
      const lines = valueMeanings(entry, value, kernel);
      mustHold(
        lines.every((line) => line.length > 0 && line.length < 400),
        'a line says something',
      );
    }
  },
};

const CODED =
  '95 9B 82 9F07 8E 9F34 9F66 9F6C 9F33 9F40 9F27 9F10 94 57 8A 9F6E 8C 9F4A 9F35 9F1D 5F30'.split(
    ' ',
  );
