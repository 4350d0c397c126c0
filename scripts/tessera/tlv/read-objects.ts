import type { Result } from '#kernel/bytes/result.ts';
import { fail, type Malformed } from '#kernel/bytes/result.ts';
import { decodeTlv, type Tlv, type TlvPadding } from '#kernel/tlv/ber.ts';
import { type Console, UsageError } from '../command.ts';
import { isOnScreen, readHex, readInputBytes } from '../read-input.ts';

/** The options of whatever reads objects, for their help. */
export const OBJECTS_HELP = `  --binary        the input is bytes as they are, not hex
  --padding P     what carries no meaning between objects: 00 (as EMV has it), none, 00-ff
  --kernel N      the contactless kernel, 2 to 8, which decides what some tags mean`;

/** The same for `readOptions`. */
export const OBJECTS_OPTIONS = {
  binary: { type: 'boolean', default: false },
  padding: { type: 'string', default: '00' },
  kernel: { type: 'string' },
  json: { type: 'boolean', default: false },
  reveal: { type: 'boolean', default: false },
} as const;

/** Why the input was refused, and what may be shown of it. */
export interface ObjectsRefusal {
  readonly error: Malformed;
  /** What had been decoded before the fault. */
  readonly decoded: readonly Tlv[];
  /** The input, where it may be shown. */
  readonly bytes?: Uint8Array;
}

interface Options {
  readonly binary: boolean;
  readonly padding: string;
  readonly reveal: boolean;
}

/** Reads BER-TLV from the arguments, a file or standard input. */
export function readObjects(
  positionals: readonly string[],
  { binary, padding, reveal }: Options,
  console: Console,
): Result<readonly Tlv[], ObjectsRefusal> {
  const argument = positionals.length > 1 ? positionals.join('') : positionals[0];
  const bytes = binary
    ? ({ ok: true, value: readInputBytes(argument, console) } as const)
    : readHex(argument, console);
  if (!bytes.ok) return fail({ error: bytes.error, decoded: [] });
  const decoded = decodeTlv(bytes.value, { padding: parsePadding(padding) });
  if (decoded.ok) return decoded;
  const mayShow = isOnScreen(argument) || reveal;
  const { decoded: before, ...error } = decoded.error;
  return fail({ error, decoded: before, ...(mayShow && { bytes: bytes.value }) });
}

/** Reads `--kernel`. */
export function parseKernel(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[2-8]$/.test(text)) throw new UsageError('--kernel takes a number from 2 to 8.');
  return Number(text);
}

function parsePadding(text: string): TlvPadding {
  const padding = (['none', '00', '00-ff'] as const).find((word) => word === text);
  if (!padding) throw new UsageError('--padding takes none, 00 or 00-ff.');
  return padding;
}
