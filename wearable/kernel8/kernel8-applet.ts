import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { decodeTlv, encodeTlv } from '#kernel/tlv/ber.ts';
import { type Command, STATUS } from '../apdu.ts';
import type { Applet, AppletResponse } from '../applet.ts';
import { INFORMATION } from '../chip/cryptogram-answer.ts';
import { computeCryptogram } from '../cryptogram.ts';
import type { Counter } from '../memory.ts';
import { masterKeyOf, openCounter } from '../personalisation.ts';
import { FIELD_BYTES, randomBlindingFactor } from '../pki/ec-key.ts';
import { encodeRecord, findRecord, locateRecords } from '../records.ts';
import { answerRelayExchange } from '../relay-resistance.ts';
import {
  countTransaction,
  encodeCount,
  encodeFileControl,
  readPdolValues,
} from '../transaction-start.ts';
import { CARD_QUALIFIER, CDOL1, isEnvelope, type Kernel8Card, PDOL } from './kernel8-card.ts';
import { decideKernel8, type Kernel8Decision } from './kernel8-decision.ts';
import { SecureChannel } from './secure-channel.ts';

/** Suite 0 of the secure channel: P-256 and AES-128. */
const SUITE_P256 = 0x00;
const KERNEL_QUALIFIER_VERSION = 0x02;
/** The cryptogram's first fields in CDOL1: amounts to the unpredictable number. */
const SIGNED_BYTES = 29;
const IAD_MAC_OFFSET = 24;
/** Restart from the beginning, with the message "see phone". */
const CONFIRM_AND_TRY_AGAIN = hex('2020');
const MORE_COMMANDS = 0x80;

/**
 * A payment application as kernel 8 expects it: a session encrypted under a blinded key, records
 * within it, one cryptogram bound to it, the holder's verification decided by the card. Source: EMV
 * Contactless Book C-8 and Book E, of which no text is public; a public implementation.
 */
export class Kernel8Applet implements Applet {
  readonly aid: Uint8Array;
  readonly #card: Kernel8Card;
  readonly #counter: Counter;
  #session: Session | undefined;

  constructor(card: Kernel8Card) {
    this.aid = hex(card.profile.aid);
    this.#card = card;
    this.#counter = openCounter(card.personalisation);
  }

  select(): AppletResponse {
    this.#session = undefined;
    const proprietary = [
      { tag: '50', value: encodeAscii(this.#card.profile.label) },
      { tag: '9F38', value: PDOL.bytes },
      { tag: '9F2C', value: CARD_QUALIFIER },
    ];
    return { status: STATUS.done, data: encodeFileControl(this.aid, proprietary) };
  }

  process(command: Command): AppletResponse {
    if (command.cla === 0x80 && command.ins === 0xa8) return this.#getProcessingOptions(command);
    const serve = SERVED.get((command.cla << 8) | command.ins);
    if (!serve) return { status: STATUS.unknownInstruction };
    if (!this.#session) return { status: STATUS.conditionsNotSatisfied };
    return serve(this.#session, command);
  }

  /** The session begins. Everything is checked before a transaction is counted. */
  #getProcessingOptions(command: Command): AppletResponse {
    const values = readPdolValues(command, PDOL);
    if (!values.ok) return { status: values.error };
    if (this.#session) return { status: STATUS.conditionsNotSatisfied };
    const [version, , suite] = PDOL.find(values.value, '9F2B') ?? [];
    if (version !== KERNEL_QUALIFIER_VERSION || suite !== SUITE_P256) {
      return { status: STATUS.conditionsNotSatisfied };
    }
    const { aip, icc, records } = this.#card;
    const kernelKey = PDOL.find(values.value, '9E') ?? new Uint8Array(0);
    const factor = randomBlindingFactor();
    const blinded = icc.blind(factor);
    const kernelX = kernelKey.subarray(0, FIELD_BYTES);
    const shared = blinded.agree(kernelX, kernelKey.subarray(FIELD_BYTES));
    if (!shared) return { status: STATUS.wrongData };
    const count = countTransaction(this.#counter);
    if (!count.ok) return { status: count.error };
    const channel = new SecureChannel(shared);
    this.#session = new Session(this.#card, channel, count.value, values.value);
    const children = [
      { tag: '82', value: aip },
      { tag: '94', value: locateRecords(records) },
      { tag: '9F8103', value: concatBytes(blinded.x, channel.encrypt(factor)) },
      { tag: '8C', value: CDOL1.bytes },
    ];
    return { status: STATUS.done, data: encodeTlv([{ tag: '77', children }]) };
  }
}

/** One transaction, from the moment its session is encrypted. */
class Session {
  readonly #card: Kernel8Card;
  readonly #channel: SecureChannel;
  readonly #atc: Uint8Array;
  readonly #pdolValues: Uint8Array;
  #relayData: Uint8Array = new Uint8Array(0);
  #phase: 'reading' | 'writing' | 'complete' = 'reading';

  constructor(card: Kernel8Card, channel: SecureChannel, count: number, pdolValues: Uint8Array) {
    this.#card = card;
    this.#channel = channel;
    this.#atc = encodeCount(count);
    this.#pdolValues = pdolValues;
  }

  readRecord(command: Command): AppletResponse {
    const found = findRecord(command, this.#card.records);
    if ('status' in found) return found;
    if (!found.encrypted) return { status: STATUS.done, data: encodeRecord(found) };
    const value = this.#channel.encrypt(encodeTlv(found.objects));
    return { status: STATUS.done, data: encodeTlv([{ tag: 'DA', value }]) };
  }

  exchangeRelayData(command: Command): AppletResponse {
    const { personalisation, profile } = this.#card;
    if (!profile.relayResistance) return { status: STATUS.unknownInstruction };
    if (this.#phase !== 'reading') return { status: STATUS.conditionsNotSatisfied };
    const exchange = answerRelayExchange(command, personalisation.random);
    if ('status' in exchange) return exchange;
    this.#relayData = exchange.answer;
    return { status: STATUS.done, data: encodeTlv([{ tag: '80', value: exchange.answer }]) };
  }

  /** READ DATA: an envelope as TLV, enciphered, with a MAC. */
  readData({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    if (p1 !== 0 || p2 !== 0) return { status: STATUS.wrongParameters };
    if (data.length < 1 || data.length > 4 || expectedBytes !== 256) {
      return { status: STATUS.wrongLength };
    }
    if (this.#phase !== 'reading') return { status: STATUS.conditionsNotSatisfied };
    const state = this.#card.store.read();
    if (!state.ok) return { status: STATUS.memoryFailure };
    const tag = encodeHex(data);
    const value = isEnvelope(tag)
      ? (state.value.data[tag] ?? this.#card.profile.data[tag])
      : undefined;
    if (value === undefined) return { status: STATUS.dataNotFound };
    const plain = encodeTlv([{ tag, value: hex(value) }]);
    return { status: STATUS.done, data: this.#channel.encryptWithMac(plain) };
  }

  /** WRITE DATA: one envelope as TLV, enciphered; the answer is a MAC over what was understood. */
  writeData({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    if (p1 !== 0 || (p2 !== 0 && p2 !== MORE_COMMANDS)) return { status: STATUS.wrongParameters };
    if (data.length === 0 || expectedBytes !== 256) return { status: STATUS.wrongLength };
    if (this.#phase !== 'writing') return { status: STATUS.conditionsNotSatisfied };
    if (p2 !== MORE_COMMANDS) this.#phase = 'complete';
    const plain = this.#channel.decrypt(data);
    const decoded = decodeTlv(plain, { padding: 'none' });
    const [envelope, ...others] = decoded.ok ? decoded.value : [];
    if (!envelope || others.length > 0 || !isEnvelope(envelope.tag)) {
      return { status: STATUS.wrongData };
    }
    const state = this.#card.store.read();
    if (!state.ok) return { status: STATUS.memoryFailure };
    const written = { ...state.value.data, [envelope.tag]: encodeHex(envelope.value) };
    if (!this.#card.store.update({ data: written }).ok) return { status: STATUS.memoryFailure };
    return { status: STATUS.done, data: this.#channel.acknowledge(plain) };
  }

  generateCryptogram({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    const requested = ({ 0: 'aac', 64: 'tc', 128: 'arqc' } as const)[p1];
    if (!requested || (p2 !== 0 && p2 !== MORE_COMMANDS)) {
      return { status: STATUS.wrongParameters };
    }
    if (data.length !== CDOL1.lengthBytes || expectedBytes !== 256) {
      return { status: STATUS.wrongLength };
    }
    if (this.#phase !== 'reading') return { status: STATUS.conditionsNotSatisfied };
    const { personalisation, profile, store } = this.#card;
    const state = store.read();
    if (!state.ok) return { status: STATUS.memoryFailure };
    const find = (tag: string) => CDOL1.find(data, tag) ?? new Uint8Array(0);
    const { user } = personalisation;
    const decision = decideKernel8(profile, state.value, user, requested, find);
    if (!decision.wantsConfirmation) user.isConfirmed = false;
    if (decision.type === 'tc') {
      const offlineTotalMinor = state.value.offlineTotalMinor + decision.amountMinor;
      if (!store.update({ offlineTotalMinor }).ok) return { status: STATUS.memoryFailure };
    }
    this.#phase = p2 === MORE_COMMANDS ? 'writing' : 'complete';
    return { status: STATUS.done, data: this.#answer(decision, data) };
  }

  #answer({ type, verification, wantsConfirmation }: Kernel8Decision, values: Uint8Array) {
    const { aip, personalisation, profile, staticDataHash } = this.#card;
    const iad = issuerApplicationData(type);
    const before = [
      { tag: '9F27', value: Uint8Array.of(INFORMATION[type]) },
      { tag: '9F36', value: this.#atc },
    ];
    const after = [
      { tag: '9F10', value: iad },
      { tag: '9F8102', value: Uint8Array.of(verification) },
      ...(wantsConfirmation ? [{ tag: '9F8108', value: CONFIRM_AND_TRY_AGAIN }] : []),
    ];
    const unpredictableNumber = CDOL1.find(values, '9F37') ?? new Uint8Array(0);
    const hasRelayData = this.#relayData.length > 0;
    const iadMac = this.#channel.computeIadMac(
      concatBytes(
        this.#pdolValues,
        values,
        hasRelayData ? concatBytes(unpredictableNumber, this.#relayData) : new Uint8Array(0),
        encodeTlv([...before, ...after]),
        staticDataHash,
      ),
    );
    // The issuer sees the MAC where this answer has zeros: the kernel puts it there.
    const signedIad = profile.iadMac === 'none' ? iad : withMac(iad, iadMac);
    const signed = concatBytes(values.subarray(0, SIGNED_BYTES), aip, this.#atc, signedIad);
    const cryptogram = computeCryptogram(masterKeyOf(profile), this.#atc, signed);
    const edaMac = this.#channel.computeEdaMac(cryptogram, iadMac);
    if (personalisation.defects.wrongSignature) edaMac[0] = (edaMac[0] ?? 0) ^ 0x01;
    const children = [
      ...before,
      { tag: '9F26', value: cryptogram },
      ...after,
      { tag: '9F8105', value: edaMac },
    ];
    return encodeTlv([{ tag: '77', children }]);
  }
}

type Serve = (session: Session, command: Command) => AppletResponse;

/** By class and instruction. */
const SERVED: ReadonlyMap<number, Serve> = new Map<number, Serve>([
  [0x00b2, (session, command) => session.readRecord(command)],
  [0x80ea, (session, command) => session.exchangeRelayData(command)],
  [0x8432, (session, command) => session.readData(command)],
  [0x8434, (session, command) => session.writeData(command)],
  [0x80ae, (session, command) => session.generateCryptogram(command)],
]);

/** Length, key index 1, Tessera's own version, what was given, zeros: 32 bytes. */
function issuerApplicationData(type: 'aac' | 'tc' | 'arqc'): Uint8Array {
  const iad = new Uint8Array(32);
  iad.set([0x1f, 0x01, 0xc8, 0x80 | { aac: 0x00, tc: 0x10, arqc: 0x20 }[type]]);
  return iad;
}

function withMac(iad: Uint8Array, mac: Uint8Array): Uint8Array {
  const filled = iad.slice();
  filled.set(mac, IAD_MAC_OFFSET);
  return filled;
}
