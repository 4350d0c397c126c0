import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { decodeBcd } from '#kernel/bytes/bcd.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { ok, type Result } from '#kernel/bytes/result.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { type Command, STATUS } from '../apdu.ts';
import type { Applet, AppletResponse } from '../applet.ts';
import { buildChipRecords } from '../chip/chip-records.ts';
import {
  encodeAnswer,
  encodeSignedAnswer,
  INFORMATION,
  parseReferenceControl,
} from '../chip/cryptogram-answer.ts';
import { isWithinOfflineLimits } from '../chip/offline-limits.ts';
import { computeCryptogram } from '../cryptogram.ts';
import { DataObjectList } from '../data-object-list.ts';
import type { Counter } from '../memory.ts';
import { masterKeyOf, openCounter, openState, type Personalisation } from '../personalisation.ts';
import type { KeyFailure } from '../pki/issuer-keys.ts';
import type { RsaKey } from '../pki/rsa-key.ts';
import type { MchipProfile } from '../profile-applications.ts';
import { type FileRecord, locateRecords, readRecord } from '../records.ts';
import { answerRelayExchange } from '../relay-resistance.ts';
import type { StateStore } from '../state.ts';
import {
  countTransaction,
  encodeCount,
  encodeFileControl,
  readPdolValues,
} from '../transaction-start.ts';

const NO_PDOL = new DataObjectList('');
const CDOL1 = new DataObjectList(
  '9F02069F03069F1A0295055F2A029A039C019F37049F35019F45029F4C089F3403',
);
const SIGNED_TAGS = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37'];

/** EMV mode; the card authenticates by DDA and CDA, verifies by its list. Book 3, annex C1. */
const AIP1 = 0x39;
const AIP1_VERIFIED_ON_DEVICE = 0x02;
const AIP2_EMV_MODE = 0x80;
const AIP2_RELAY_RESISTANCE = 0x01;
/** Online PIN, signature, nothing: each where it is supported. */
const VERIFICATION_METHODS = '0000000000000000' + '42035E031F03';
/** Key index 1; a version whose session key is the common one, without counters. */
const IAD_HEAD = hex('0114');
const IAD_TAIL = hex('DAC1' + '0000000000000000');

type Phase = 'selected' | 'initiated' | 'complete';

/** A kernel 2 application as it left personalisation. */
export interface MchipCard {
  readonly profile: MchipProfile;
  readonly personalisation: Personalisation;
  readonly aip: Uint8Array;
  readonly records: readonly FileRecord[];
  readonly icc?: RsaKey;
}

/** Personalises a kernel 2 application: its records are certified here. */
export function personaliseMchip(
  profile: MchipProfile,
  personalisation: Personalisation,
): Result<MchipCard, KeyFailure> {
  const aip = interchangeProfileOf(profile);
  const chain = buildChipRecords(personalisation, {
    profile,
    aip,
    authentication: 'dda',
    ownPinKey: false,
    verificationMethods: VERIFICATION_METHODS,
    cdol1: CDOL1.bytes,
  });
  if (!chain.ok) return chain;
  const { records, icc } = chain.value;
  return ok({ profile, personalisation, aip, records, ...(icc && { icc }) });
}

/**
 * A payment application as kernel 2 expects it in EMV mode: relay resistance, records, one
 * cryptogram with CDA. Source: EMV 4.4 Book 3, 6.5 and Book 2, 6.6; of EMV Contactless Book C-2 no
 * text is public, the issuer application data is that of recorded cards.
 */
export class MchipApplet implements Applet {
  readonly aid: Uint8Array;
  readonly #card: MchipCard;
  readonly #counter: Counter;
  readonly #store: StateStore;
  #phase: Phase = 'selected';
  #count = 0;
  /** The terminal's number and the answer to the last relay resistance exchange. */
  #relayData: Uint8Array = new Uint8Array(0);

  constructor(card: MchipCard) {
    this.aid = hex(card.profile.aid);
    this.#card = card;
    this.#counter = openCounter(card.personalisation);
    this.#store = openState(card.personalisation);
  }

  select(): AppletResponse {
    this.#phase = 'selected';
    this.#relayData = new Uint8Array(0);
    const { label, priority } = this.#card.profile;
    const proprietary = [
      { tag: '50', value: encodeAscii(label) },
      { tag: '87', value: Uint8Array.of(priority) },
      { tag: '5F2D', value: encodeAscii('en') },
    ];
    return { status: STATUS.done, data: encodeFileControl(this.aid, proprietary) };
  }

  process(command: Command): AppletResponse {
    switch ((command.cla << 8) | command.ins) {
      case 0x80a8:
        return this.#getProcessingOptions(command);
      case 0x00b2:
        if (this.#phase === 'selected') return { status: STATUS.conditionsNotSatisfied };
        return readRecord(command, this.#card.records);
      case 0x80ea:
        return this.#exchangeRelayData(command);
      case 0x80ae:
        return this.#generateCryptogram(command);
      default:
        return { status: STATUS.unknownInstruction };
    }
  }

  /** Book 3, 6.5.8. */
  #getProcessingOptions(command: Command): AppletResponse {
    const values = readPdolValues(command, NO_PDOL);
    if (!values.ok) return { status: values.error };
    if (this.#phase !== 'selected') return { status: STATUS.conditionsNotSatisfied };
    const count = countTransaction(this.#counter);
    if (!count.ok) return { status: count.error };
    this.#phase = 'initiated';
    this.#count = count.value;
    const { aip, records } = this.#card;
    const children = [
      { tag: '82', value: aip },
      { tag: '94', value: locateRecords(records) },
    ];
    return { status: STATUS.done, data: encodeTlv([{ tag: '77', children }]) };
  }

  #exchangeRelayData(command: Command): AppletResponse {
    const { profile, personalisation } = this.#card;
    if (!profile.relayResistance) return { status: STATUS.unknownInstruction };
    if (this.#phase !== 'initiated') return { status: STATUS.conditionsNotSatisfied };
    const exchange = answerRelayExchange(command, personalisation.random);
    if ('status' in exchange) return exchange;
    this.#relayData = concatBytes(exchange.terminalEntropy, exchange.answer);
    return {
      status: STATUS.done,
      data: encodeTlv([{ tag: '80', value: exchange.answer }]),
    };
  }

  /** Book 3, 6.5.5: one cryptogram a transaction. */
  #generateCryptogram({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    const control = parseReferenceControl(p1);
    if (!control || control.signature === 'xda' || p2 !== 0)
      return { status: STATUS.wrongParameters };
    if (data.length !== CDOL1.lengthBytes || expectedBytes !== 256) {
      return { status: STATUS.wrongLength };
    }
    if (this.#phase !== 'initiated') return { status: STATUS.conditionsNotSatisfied };
    const find = (tag: string) => CDOL1.find(data, tag) ?? new Uint8Array(0);
    const { aip, profile, personalisation, icc } = this.#card;
    const type = this.#decide(control.requested, find);
    if (type === undefined) return { status: STATUS.memoryFailure };
    this.#phase = 'complete';
    const atc = encodeCount(this.#count);
    const given = 0x80 | { aac: 0x00, tc: 0x10, arqc: 0x20 }[type];
    const results = Uint8Array.of(given, 0, 0, 0, 0, 0);
    const signed = concatBytes(...SIGNED_TAGS.map(find), aip, atc, results);
    const answer = {
      information: INFORMATION[type],
      atc,
      cryptogram: computeCryptogram(masterKeyOf(profile), atc, signed),
      issuerApplicationData: concatBytes(IAD_HEAD, results, IAD_TAIL),
    };
    if (control.signature === 'none' || type === 'aac' || !icc) {
      return { status: STATUS.done, data: encodeAnswer(2, answer) };
    }
    const signedAnswer = encodeSignedAnswer(personalisation, answer, {
      icc,
      transactionData: data,
      unpredictableNumber: find('9F37'),
      relayData: this.#relayData,
    });
    return { status: STATUS.done, data: signedAnswer };
  }

  /** Never above what the terminal asks for. Undefined when it cannot be kept. */
  #decide(
    requested: 'aac' | 'tc' | 'arqc',
    find: (tag: string) => Uint8Array,
  ): 'aac' | 'tc' | 'arqc' | undefined {
    if (requested !== 'tc') return requested;
    const state = this.#store.read();
    if (!state.ok) return undefined;
    const amount = decodeBcd(find('9F02'));
    const amountMinor = amount.ok ? Number(amount.value) : Number.POSITIVE_INFINITY;
    const { offline } = this.#card.profile;
    const currency = encodeHex(find('5F2A'));
    if (!isWithinOfflineLimits(offline, state.value, amountMinor, currency)) return 'arqc';
    const offlineTotalMinor = state.value.offlineTotalMinor + amountMinor;
    return this.#store.update({ offlineTotalMinor }).ok ? 'tc' : undefined;
  }
}

function interchangeProfileOf({ cardholderVerification, relayResistance }: MchipProfile) {
  return Uint8Array.of(
    AIP1 | (cardholderVerification === 'cdcvm' ? AIP1_VERIFIED_ON_DEVICE : 0),
    AIP2_EMV_MODE | (relayResistance ? AIP2_RELAY_RESISTANCE : 0),
  );
}
