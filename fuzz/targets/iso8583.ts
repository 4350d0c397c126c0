import { encodeHex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { describeMessage } from '#kernel/iso8583/describe.ts';
import { FRAME_FORMATS, type FrameFormat, framed, splitFrames } from '#kernel/iso8583/framing.ts';
import { decodeMessage, encodeMessage } from '#kernel/iso8583/message.ts';
import type { MessageSpec } from '#kernel/iso8583/spec.ts';
import { formatMessageSpec, parseMessageSpec } from '#kernel/iso8583/spec-json.ts';
import { SHIPPED_SPECS } from '#kernel/iso8583/specs/find-spec.ts';
import { hexesOf, parseJson, utf8 } from '../corpus.ts';
import { type FuzzTarget, mustHold } from '../target.ts';

/** `decodeMessage` and `encodeMessage`, for each shipped specification. */
export const iso8583Targets: readonly FuzzTarget[] = SHIPPED_SPECS.map((spec) => ({
  name: `iso8583-${spec.name}`,
  summary: 'every message is decoded or refused; what was decoded encodes and reads the same again',
  corpus: () => hexesOf('iso8583.decode', 'hex', ({ spec: named }) => named === spec.name),
  run: (input) => decodeAndBack(spec, input),
}));

function decodeAndBack(spec: MessageSpec, input: Uint8Array): void {
  const decoded = decodeMessage(spec, input);
  if (!decoded.ok) {
    mustHold(decoded.error.offset <= input.length, 'the offset lies within the input');
    return;
  }
  describeMessage(spec, decoded.value);
  const encoded = encodeMessage(spec, decoded.value);
  mustHold(encoded.ok, 'what was decoded encodes');
  const again = decodeMessage(spec, expectOk(encoded));
  mustHold(again.ok, 'what was encoded decodes');
  const [once, twice] = [decoded.value, expectOk(again)].map((message) => JSON.stringify(message));
  mustHold(once === twice, 'it says the same again');
}

const MAX_BYTES = 300;

/** `framed` and `splitFrames`: the first byte chooses the format and how the stream is cut. */
export const framing: FuzzTarget = {
  name: 'framing',
  summary: 'a stream gives the same messages however it is cut, none over the limit',
  corpus: () =>
    FRAME_FORMATS.map((format, i) => {
      const { encode } = framed(format, MAX_BYTES);
      const frames = [encode(Uint8Array.of(1, 2, 3)), encode(new Uint8Array(130))];
      return Uint8Array.of(i * 4 + 1, ...frames.flatMap((frame) => [...frame]));
    }),
  run([choice = 0, ...rest]) {
    const format = FRAME_FORMATS[(choice >> 2) % FRAME_FORMATS.length] ?? 'binary-2';
    const stream = Uint8Array.from(rest);
    const [whole, cut] = [
      pushed(format, stream, stream.length),
      pushed(format, stream, choice & 3),
    ];
    mustHold(whole === cut, 'a stream in pieces gives what it gives at once');
    splitFrames(format, MAX_BYTES, stream);
  },
};

/** The messages of a stream pushed in pieces of this length (0: of growing length), as text. */
function pushed(format: FrameFormat, stream: Uint8Array, pieceBytes: number): string {
  const decoder = framed(format, MAX_BYTES).decoder();
  const messages: string[] = [];
  for (let at = 0, piece = 1; at < stream.length; piece++) {
    const end = at + (pieceBytes || piece);
    const got = decoder.push(stream.subarray(at, end));
    // What came before a fault in the same push is lost with it: only the fault is compared.
    if (!got.ok) return `${got.error.kind} at ${got.error.offset}`;
    for (const message of got.value) {
      mustHold(message.length >= 1 && message.length <= MAX_BYTES, 'no message over the limit');
      messages.push(encodeHex(message));
    }
    at = end;
  }
  return messages.join();
}

/** `parseMessageSpec`: what was read can be used for any bytes. */
export const specJson: FuzzTarget = {
  name: 'spec-json',
  summary: 'every specification is read or refused; one that was read can be used and written',
  json: true,
  corpus: () => SHIPPED_SPECS.map((spec) => utf8(formatMessageSpec(spec))),
  run(input) {
    const json = parseJson(input);
    if (json === undefined) return;
    const spec = parseMessageSpec(json);
    if (!spec.ok) return;
    mustHold(parseMessageSpec(JSON.parse(formatMessageSpec(spec.value))).ok, 'it reads again');
    for (const bytes of [utf8('0800'.repeat(40)), input.subarray(0, 200)]) {
      decodeAndBack(spec.value, bytes);
    }
  },
};
