import { ok, type Result } from '../../../bytes/result.ts';
import { decodeTlv, encodeTlv } from '../../../tlv/ber.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { readData, writeData } from '../../apdu.ts';
import type { DataObjects } from './data-objects.ts';
import { CARD_LOST, faultOf, type Kernel8Fault, L2 } from './fault.ts';
import { COMPLETED, NOT_COMPLETED } from './initialise.ts';
import type { SecureChannel } from './secure-channel.ts';
import { parseTagList } from './static-data.ts';

const ENVELOPE = /^9F81(1[1-9A])$/;
/** Command data is 255 bytes. */
const MAX_ENVELOPE_BYTES = 255;

/**
 * READ DATA for every envelope (9F8111 to 9F811A) among the tags to read (9F8203). One that the
 * card refuses, or that is not authentic, is left out, and 9F821C says so; what was read is kept.
 * Source: Book C-8 v1.1, 5.5 and A.1.106, by Digrol/Denom; MAC and cipher are in two independent
 * implementations.
 */
export function* readEnvelopes(
  data: DataObjects,
  channel: SecureChannel,
): KernelStep<Result<undefined, Kernel8Fault>> {
  const tags = parseTagList(data.get('9F8203') ?? new Uint8Array(0));
  if (!tags) return faultOf(L2.terminalDataError);
  for (const tag of tags.filter((one) => ENVELOPE.test(one))) {
    const reply = yield* transmit(readData(tag));
    if (reply.type === 'card-lost') return CARD_LOST;
    const plain = reply.statusWord === '9000' ? channel.open(reply.data) : undefined;
    const decoded = plain && decodeTlv(plain);
    const objects = decoded?.ok ? decoded.value : [];
    const isTheOne = objects.length === 1 && objects[0]?.tag === tag;
    if (!isTheOne || !data.takeFromCard(objects)) {
      data.set('9F821C', Uint8Array.of(NOT_COMPLETED));
    }
  }
  return ok(undefined);
}

/**
 * The envelopes that the terminal wants written (BF8104), each with tag and length. Error: terminal
 * data error, where they are no objects, or too long for a command.
 */
export function envelopesToWrite(data: DataObjects): Result<readonly Uint8Array[], Kernel8Fault> {
  const decoded = decodeTlv(data.get('BF8104') ?? new Uint8Array(0));
  if (!decoded.ok) return faultOf(L2.terminalDataError);
  const envelopes = decoded.value.map(({ tag, value }) => encodeTlv([{ tag, value }]));
  const fit = envelopes.every(({ length }) => length <= MAX_ENVELOPE_BYTES);
  return fit ? ok(envelopes) : faultOf(L2.terminalDataError);
}

/**
 * WRITE DATA for each envelope, enciphered; the card confirms with the MAC of what it deciphered.
 * 9F821B says whether all were confirmed. Whatever becomes of them, the cryptogram stands. Source:
 * Book C-8 v1.1, 5.7 and A.1.145, by Digrol/Denom.
 */
export function* writeEnvelopes(
  data: DataObjects,
  channel: SecureChannel,
  envelopes: readonly Uint8Array[],
): KernelStep<void> {
  let confirmed = 0;
  for (const [i, plain] of envelopes.entries()) {
    const enciphered = channel.encrypt(plain);
    if (!enciphered) return;
    const reply = yield* transmit(writeData(enciphered, i < envelopes.length - 1));
    if (reply.type === 'card-lost') return;
    if (reply.statusWord === '9000' && channel.confirms(plain, reply.data)) confirmed += 1;
  }
  if (confirmed === envelopes.length) data.set('9F821B', Uint8Array.of(COMPLETED));
}
