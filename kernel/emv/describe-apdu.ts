import { decodeLatin1 } from '../bytes/ascii.ts';
import { encodeHex } from '../bytes/hex.ts';
import { decodeTlv, findTag, type Tlv } from '../tlv/ber.ts';
import { type DolEntry, parseDol, splitDol } from '../tlv/dol.ts';
import { parseResponse } from './apdu.ts';
import { type DescribedTag, describeTlv } from './dictionary/describe.ts';
import { tagSensitivity } from './dictionary/tags.ts';
import { statusMeaning } from './status-words.ts';

/** A command and its answer. */
export interface ApduPair {
  readonly command: Uint8Array;
  /** `undefined`: the card was lost. */
  readonly response: Uint8Array | undefined;
  /** The contactless kernel that sent it, where it is known. */
  readonly kernel?: number | undefined;
}

/** An exchange for people. Values are masked by the dictionary. */
export interface DescribedApdu {
  /** For example `SELECT 2PAY.SYS.DDF01`. */
  readonly name: string;
  /** Header, data and Le in hex; the data only where it is described and nothing in it masked. */
  readonly command: string;
  readonly commandObjects: readonly DescribedTag[];
  /** Empty when the card was lost. */
  readonly statusWord: string;
  readonly statusMeaning: string;
  readonly responseObjects: readonly DescribedTag[];
}

/** The lists of the card that say what the data of a command is. */
const LISTS = ['9F38', '8C', '8D', '9F49', '9F69'] as const;

/**
 * Describes the exchanges of one card in their order; the lists that the card gave (PDOL, CDOL1,
 * CDOL2, DDOL, UDOL) explain the data of the commands after them. Data that cannot be explained is
 * left out, so nothing sensitive gets through.
 */
export function describeExchange(pairs: readonly ApduPair[]): readonly DescribedApdu[] {
  let lists = new Map<string, readonly DolEntry[]>();
  let cryptograms = 0;
  return pairs.map(({ command, response, kernel }) => {
    const parsed = response && parseResponse(response);
    const answer = parsed?.ok ? parsed.value : undefined;
    const instruction = encodeHex(command.subarray(0, 2));
    if (instruction === '00A4') {
      lists = new Map();
      cryptograms = 0;
    }
    if (instruction === '80AE') cryptograms += 1;
    const described = describeCommand(command, lists, { kernel, isSecond: cryptograms > 1 });
    const objects = answer ? objectsOf(instruction, answer.data) : [];
    for (const tag of LISTS) {
      const found = findTag(objects, tag);
      const entries = found ? parseDol(found.value) : undefined;
      if (entries?.ok) lists.set(tag, entries.value);
    }
    return {
      ...described,
      statusWord: answer?.statusWord ?? '',
      statusMeaning: answer ? statusMeaning(answer.statusWord) : 'The card was lost',
      responseObjects: describeTlv(objects, { kernel }),
    };
  });
}

/** The objects of an answer; those of format 1 (80) are taken apart. Book 3, 6.5.5 and 6.5.8. */
function objectsOf(instruction: string, data: Uint8Array): readonly Tlv[] {
  const decoded = decodeTlv(data);
  if (!decoded.ok) return [];
  const [template, ...others] = decoded.value;
  if (template?.tag !== '80' || others.length > 0) return decoded.value;
  const { value } = template;
  const part = (tag: string, from: number, to?: number): readonly Tlv[] => {
    const bytes = value.subarray(from, to);
    return bytes.length > 0 ? [{ tag, value: bytes }] : [];
  };
  if (instruction === '80A8') return [...part('82', 0, 2), ...part('94', 2)];
  if (instruction === '0088') return part('9F4B', 0);
  if (instruction !== '80AE') return [];
  return [
    ...part('9F27', 0, 1),
    ...part('9F36', 1, 3),
    ...part('9F26', 3, 11),
    ...part('9F10', 11),
  ];
}

type DescribedCommand = Pick<DescribedApdu, 'name' | 'command' | 'commandObjects'>;

interface CommandContext {
  readonly kernel: number | undefined;
  /** Whether a GENERATE AC is the second one. */
  readonly isSecond: boolean;
}

/** Commands whose data is never shown. Source: EMV 4.4 Book 3, 6.5; ISO/IEC 7816-4. */
const NAMES: Readonly<Record<string, string>> = {
  '0082': 'EXTERNAL AUTHENTICATE',
  '0084': 'GET CHALLENGE',
  '0020': 'VERIFY',
  '00C0': 'GET RESPONSE',
  '801A': 'SEND POI INFORMATION',
  '80D0': 'RECOVER AC',
  '80EA': 'EXCHANGE RELAY RESISTANCE DATA',
  '8432': 'READ DATA',
  '8434': 'WRITE DATA',
  '80DA': 'PUT DATA',
};

const CRYPTOGRAMS = ['AAC', 'TC', 'ARQC', 'reserved'] as const;

function describeCommand(
  command: Uint8Array,
  lists: ReadonlyMap<string, readonly DolEntry[]>,
  { kernel, isSecond }: CommandContext,
): DescribedCommand {
  const [cla = 0, ins = 0, p1 = 0, p2 = 0, lc = 0] = command;
  const data = command.subarray(5, 5 + lc);
  const whole = encodeHex(command);
  const header = `${encodeHex(command.subarray(0, 5))}…`;
  const instruction = encodeHex(Uint8Array.of(cla, ins));
  const byList = (name: string, tag: (typeof LISTS)[number], values: Uint8Array) => {
    const objects = splitDol(lists.get(tag) ?? [], values);
    const isExplained = objects !== undefined && objects.length > 0;
    if (!isExplained) return { name, command: header, commandObjects: [] };
    const mayShow = objects.every((one) => tagSensitivity(one.tag, { kernel }) === 'none');
    const commandObjects = describeTlv(objects, { kernel });
    return { name, command: mayShow ? whole : header, commandObjects };
  };
  switch (instruction) {
    case '00A4': {
      const text = decodeLatin1(data);
      const name = /^[\x20-\x7e]+$/.test(text) ? text : encodeHex(data);
      return { name: `SELECT ${name}`, command: whole, commandObjects: [] };
    }
    case '80A8':
      return byList('GET PROCESSING OPTIONS', '9F38', data.subarray(2));
    case '00B2':
      return { name: `READ RECORD ${p1} of file ${p2 >> 3}`, command: whole, commandObjects: [] };
    case '80AE': {
      const signature = (p1 & 0x10) !== 0 ? ' with CDA' : (p1 & 0x08) !== 0 ? ' with XDA' : '';
      const name = `GENERATE AC: ${CRYPTOGRAMS[p1 >> 6]}${signature}`;
      return byList(name, isSecond ? '8D' : '8C', data);
    }
    case '0088':
      return byList('INTERNAL AUTHENTICATE', '9F49', data);
    case '802A':
      return byList('COMPUTE CRYPTOGRAPHIC CHECKSUM', '9F69', data);
    case '80CA': {
      const tag = encodeHex(Uint8Array.of(p1, p2));
      return { name: `GET DATA ${tag}`, command: whole, commandObjects: [] };
    }
    default: {
      const name = NAMES[instruction] ?? `Command ${instruction}`;
      return { name, command: header, commandObjects: [] };
    }
  }
}
