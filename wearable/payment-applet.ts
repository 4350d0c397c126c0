import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { encodeBcd } from '#kernel/bytes/bcd.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { type Command, STATUS } from './apdu.ts';
import type { Applet, AppletResponse } from './applet.ts';
import { computeArqc } from './cryptogram.ts';
import type { Counter } from './memory.ts';
import type { WearableProfile } from './profile.ts';

const GET_PROCESSING_OPTIONS = 0xa8;
const READ_RECORD = 0xb2;

/** 9F66 9F02 9F03 9F1A 95 5F2A 9A 9C 9F37: the TTQ, then what the cryptogram is made over. */
const PDOL = hex('9F66049F02069F03069F1A0295055F2A029A039C019F3704');
const PDOL_BYTES = 33;
const TTQ_BYTES = 4;

const TTQ1_EMV_MODE = 0x20;
const TTQ1_OFFLINE_ONLY = 0x08;
const TTQ1_ONLINE_PIN = 0x04;
const TTQ2_VERIFICATION_REQUIRED = 0x40;

/** No offline data authentication: every payment goes online. */
const AIP = hex('0000');
/** Length 6, key index 1, cryptogram version 18, verification results of a first ARQC. */
const IAD = hex('06011203A00000');
const RECORD_SFI = 1;
const FILE_LOCATOR = hex('08010100');

/**
 * A payment application that always goes online, as kernel 3 expects it: one GET PROCESSING OPTIONS
 * gives the ARQC (cryptogram version 18), one record the rest. `counter` counts its transactions.
 * Source: EMV 4.4 Book 3, 6.5 and Book 2, 8.1; EMV Contactless Book C-3.
 */
export class PaymentApplet implements Applet {
  readonly aid: Uint8Array;
  readonly #profile: WearableProfile;
  readonly #masterKey: Uint8Array;
  readonly #counter: Counter;
  #state: 'selected' | 'initiated' = 'selected';

  constructor(profile: WearableProfile, counter: Counter) {
    this.aid = hex(profile.aid);
    this.#profile = profile;
    this.#masterKey = hex(profile.iccMasterKeyHex);
    this.#counter = counter;
  }

  select(): AppletResponse {
    this.#state = 'selected';
    const proprietary = [
      { tag: '50', value: encodeAscii(this.#profile.applicationLabel) },
      { tag: '9F38', value: PDOL },
    ];
    const children = [
      { tag: '84', value: this.aid },
      { tag: 'A5', children: proprietary },
    ];
    return { status: STATUS.done, data: encodeTlv([{ tag: '6F', children }]) };
  }

  process(command: Command): AppletResponse {
    if (command.cla === 0x80 && command.ins === GET_PROCESSING_OPTIONS) {
      return this.#getProcessingOptions(command);
    }
    if (command.cla === 0x00 && command.ins === READ_RECORD) return this.#readRecord(command);
    return { status: STATUS.unknownInstruction };
  }

  /** Book 3, 6.5.8. Everything is checked before a transaction is counted. */
  #getProcessingOptions({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    if (p1 !== 0 || p2 !== 0) return { status: STATUS.wrongParameters };
    if (data.length !== 2 + PDOL_BYTES || expectedBytes !== 256) {
      return { status: STATUS.wrongLength };
    }
    if (data[0] !== 0x83 || data[1] !== PDOL_BYTES) return { status: STATUS.wrongData };
    if (this.#state !== 'selected') return { status: STATUS.conditionsNotSatisfied };
    const [ttq1 = 0, ttq2 = 0] = data.subarray(2);
    if ((ttq1 & TTQ1_EMV_MODE) === 0 || (ttq1 & TTQ1_OFFLINE_ONLY) !== 0) {
      return { status: STATUS.conditionsNotSatisfied };
    }
    const count = this.#counter.increment();
    if (!count.ok) {
      const spent = count.error === 'counter-spent';
      return { status: spent ? STATUS.conditionsNotSatisfied : STATUS.memoryFailure };
    }
    this.#state = 'initiated';
    const atc = Uint8Array.of(count.value >> 8, count.value & 0xff);
    const pinWanted = (ttq1 & TTQ1_ONLINE_PIN) !== 0 && (ttq2 & TTQ2_VERIFICATION_REQUIRED) !== 0;
    return {
      status: STATUS.done,
      data: this.#paymentData(data.subarray(2 + TTQ_BYTES), atc, pinWanted),
    };
  }

  #paymentData(transaction: Uint8Array, atc: Uint8Array, pinWanted: boolean): Uint8Array {
    const { panSequenceNumber } = this.#profile;
    const signed = concatBytes(transaction, AIP, atc, IAD);
    const children = [
      { tag: '82', value: AIP },
      { tag: '94', value: FILE_LOCATOR },
      { tag: '57', value: this.#track2() },
      { tag: '5F34', value: encodeBcd(panSequenceNumber) },
      { tag: '9F10', value: IAD },
      { tag: '9F26', value: computeArqc(this.#masterKey, atc, signed) },
      { tag: '9F27', value: hex('80') },
      { tag: '9F36', value: atc },
      { tag: '9F6C', value: this.#cardTransactionQualifiers(pinWanted) },
    ];
    return encodeTlv([{ tag: '77', children }]);
  }

  /** Book C-3, annex A: verified on this device, or else by PIN where the reader takes one. */
  #cardTransactionQualifiers(pinWanted: boolean): Uint8Array {
    if (this.#profile.cardholderVerification === 'cdcvm') return hex('0080');
    return pinWanted ? hex('8000') : hex('0000');
  }

  /** PAN, separator, expiry, service code 201: international, chip, no restriction. */
  #track2(): Uint8Array {
    const digits = `${this.#profile.pan}D${this.#profile.expiry}201`;
    return hex(digits.length % 2 === 0 ? digits : `${digits}F`);
  }

  /** Book 3, 6.5.11. The one record may be read once a transaction was initiated. */
  #readRecord({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    if (data.length > 0 || expectedBytes !== 256) return { status: STATUS.wrongLength };
    if ((p2 & 0x07) !== 0x04) return { status: STATUS.functionNotSupported };
    if (p1 === 0) return { status: STATUS.wrongParameters };
    if (this.#state !== 'initiated') return { status: STATUS.conditionsNotSatisfied };
    if (p2 >> 3 !== RECORD_SFI) return { status: STATUS.notFound };
    if (p1 !== 1) return { status: STATUS.recordNotFound };
    return { status: STATUS.done, data: this.#record() };
  }

  #record(): Uint8Array {
    const children = [
      { tag: '5F24', value: hex(lastDay(this.#profile.expiry)) },
      // What a card shows that keeps its holder's name to itself (ISO 7813).
      { tag: '5F20', value: encodeAscii(' /') },
    ];
    return encodeTlv([{ tag: '70', children }]);
  }
}

/** The last day (YYMMDD) of a month (YYMM). */
function lastDay(month: string): string {
  const day = new Date(Date.UTC(2000 + Number(month.slice(0, 2)), Number(month.slice(2)), 0));
  return `${month}${String(day.getUTCDate()).padStart(2, '0')}`;
}
