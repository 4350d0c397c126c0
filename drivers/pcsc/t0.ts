import { concatBytes } from '#kernel/bytes/bytes.ts';

const HEADER_BYTES = 5;
const MAX_ROUNDS = 32;

/**
 * Exchanges one short command APDU over T=0 by `send`; rejects when it does. What is sent, and what
 * the answer is, are `linkT0`'s.
 */
export async function exchangeT0(
  command: Uint8Array,
  send: (command: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const link = linkT0(command);
  let next = link.next();
  while (!next.done) next = link.next(await send(next.value));
  return next.value;
}

/**
 * The commands that one short command APDU becomes over T=0, and the answer that comes of them: the
 * card may announce it (`61xx`, fetched with GET RESPONSE) or name the length it wants (`6Cxx`,
 * sent again). A card that never comes to an end gets the last word. Source: EMV 4.4 Book 1, 9.3.1.
 */
export function* linkT0(command: Uint8Array): Generator<Uint8Array, Uint8Array, Uint8Array> {
  let next = withoutExpectedLength(command);
  let data: Uint8Array = new Uint8Array(0);
  let response = yield next;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const [status1, status2 = 0] = response.subarray(-2);
    if (response.length < 2 || (status1 !== 0x61 && status1 !== 0x6c)) break;
    if (status1 === 0x61) data = concatBytes(data, response.subarray(0, -2));
    next =
      status1 === 0x61
        ? Uint8Array.of(0x00, 0xc0, 0x00, 0x00, status2)
        : concatBytes(next.subarray(0, HEADER_BYTES - 1), Uint8Array.of(status2));
    response = yield next;
  }
  return response.length < 2 ? response : concatBytes(data, response);
}

/** A T=0 command has one length: of its data, or else of the answer. A header alone gets 00. */
function withoutExpectedLength(command: Uint8Array): Uint8Array {
  if (command.length < HEADER_BYTES) return concatBytes(command, Uint8Array.of(0x00));
  if (command.length === HEADER_BYTES) return command;
  return command.subarray(0, HEADER_BYTES + (command[HEADER_BYTES - 1] ?? 0));
}
