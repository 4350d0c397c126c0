import { decodeLatin1 } from '../bytes/ascii.ts';
import { encodeHex } from '../bytes/hex.ts';
import { decodeTlv, findTag } from '../tlv/ber.ts';
import { type DolEntry, parseDol, splitDol } from '../tlv/dol.ts';
import { parseResponse } from './apdu.ts';
import { type DescribedTag, describeTlv } from './dictionary/describe.ts';
import { statusMeaning } from './status-words.ts';

/** A command and its answer. */
export interface ApduPair {
  readonly command: Uint8Array;
  /** `undefined`: the card was lost. */
  readonly response: Uint8Array | undefined;
}

/** An exchange for people. Values are masked by the dictionary. */
export interface DescribedApdu {
  /** For example `SELECT 2PAY.SYS.DDF01`. */
  readonly name: string;
  /** Header, data and Le in hex; the data only where it is described by `commandObjects`. */
  readonly command: string;
  readonly commandObjects: readonly DescribedTag[];
  /** Empty when the card was lost. */
  readonly statusWord: string;
  readonly statusMeaning: string;
  readonly responseObjects: readonly DescribedTag[];
}

/**
 * Describes the exchanges of one card in their order; the PDOL of a SELECT explains the data of the
 * GET PROCESSING OPTIONS after it. Data that cannot be explained is left out, so nothing sensitive
 * gets through.
 */
export function describeExchange(pairs: readonly ApduPair[]): readonly DescribedApdu[] {
  let pdol: readonly DolEntry[] = [];
  return pairs.map(({ command, response }) => {
    const parsed = response && parseResponse(response);
    const answer = parsed?.ok ? parsed.value : undefined;
    const objects = answer ? decodeTlv(answer.data) : undefined;
    const decoded = objects?.ok ? objects.value : [];
    const described = describeCommand(command, pdol);
    const found = findTag(decoded, '9F38');
    const entries = found ? parseDol(found.value) : undefined;
    if (entries?.ok) pdol = entries.value;
    return {
      ...described,
      statusWord: answer?.statusWord ?? '',
      statusMeaning: answer ? statusMeaning(answer.statusWord) : 'The card was lost',
      responseObjects: describeTlv(decoded),
    };
  });
}

type DescribedCommand = Pick<DescribedApdu, 'name' | 'command' | 'commandObjects'>;

function describeCommand(command: Uint8Array, pdol: readonly DolEntry[]): DescribedCommand {
  const [cla = 0, ins = 0, p1 = 0, p2 = 0, lc = 0] = command;
  const data = command.subarray(5, 5 + lc);
  const whole = encodeHex(command);
  const header = encodeHex(command.subarray(0, 5));
  const instruction = encodeHex(Uint8Array.of(cla, ins));
  switch (instruction) {
    case '00A4': {
      const text = decodeLatin1(data);
      const name = /^[\x20-\x7e]+$/.test(text) ? text : encodeHex(data);
      return { name: `SELECT ${name}`, command: whole, commandObjects: [] };
    }
    case '80A8': {
      const values = pdol.length > 0 ? splitDol(pdol, data.subarray(2)) : undefined;
      const name = 'GET PROCESSING OPTIONS';
      return values
        ? { name, command: whole, commandObjects: describeTlv(values) }
        : { name, command: `${header}…`, commandObjects: [] };
    }
    case '00B2':
      return { name: `READ RECORD ${p1} of file ${p2 >> 3}`, command: whole, commandObjects: [] };
    default:
      return { name: `Command ${instruction}`, command: `${header}…`, commandObjects: [] };
  }
}
