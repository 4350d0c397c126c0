import { fail, type Malformed, ok, type Result } from '#kernel/bytes/result.ts';
import {
  FRAME_FORMATS,
  type FrameFormat,
  splitFrames,
  splitTpdu,
} from '#kernel/iso8583/framing.ts';
import { type Console, UsageError } from '../command.ts';
import { readHex, readInputBytes } from '../read-input.ts';

/** What a frame may hold: whatever its length can say. */
export const MAX_MESSAGE_BYTES = {
  'binary-2': 0xffff,
  'bcd-2': 9999,
  'ascii-4': 9999,
  vmlh: 0xffff,
};

/** The options of whatever reads messages, for their help. */
export const MESSAGES_HELP = `  --binary               the input is bytes as they are, not hex
  --framing FORMAT       the messages stand in frames: ${FRAME_FORMATS.join(', ')}
  --tpdu                 each message stands behind a TPDU of 5 bytes`;

/** The options of whatever reads messages. */
export const MESSAGES_OPTIONS = {
  binary: { type: 'boolean', default: false },
  framing: { type: 'string' },
  tpdu: { type: 'boolean', default: false },
} as const;

interface Given {
  readonly binary: boolean;
  readonly framing?: string | undefined;
  readonly tpdu: boolean;
}

/** The messages of an input: one, or those in its frames. Offsets of errors count the input. */
export function readMessages(
  argument: string | undefined,
  { binary, framing, tpdu }: Given,
  console: Console,
): Result<readonly Uint8Array[], Malformed> {
  const format = frameFormat(framing);
  const bytes = binary ? ok(readInputBytes(argument, console)) : readHex(argument, console);
  if (!bytes.ok) return bytes;
  const framed = format
    ? splitFrames(format, MAX_MESSAGE_BYTES[format], bytes.value)
    : ok([bytes.value]);
  if (!framed.ok || !tpdu) return framed;
  const messages: Uint8Array[] = [];
  for (const message of framed.value) {
    const split = splitTpdu(message);
    if (!split.ok) return fail(split.error);
    messages.push(split.value.message);
  }
  return ok(messages);
}

/** The framing that was asked for; none where there was none. */
export function frameFormat(name: string | undefined): FrameFormat | undefined {
  if (name === undefined) return undefined;
  const format = FRAME_FORMATS.find((candidate) => candidate === name);
  if (!format) throw new UsageError(`--framing is one of ${FRAME_FORMATS.join(', ')}.`);
  return format;
}
