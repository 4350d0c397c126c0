import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { encodeBcd } from '#kernel/bytes/bcd.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { type Command, STATUS } from '../apdu.ts';
import type { Applet, AppletResponse } from '../applet.ts';
import { computeCryptogram, computeDirectCryptogram } from '../cryptogram.ts';
import { DataObjectList } from '../data-object-list.ts';
import { signDamaged } from '../defects.ts';
import {
  type AnsweredTransaction,
  type IssuerRules,
  isIssuer,
  isScriptCommand,
  runScriptCommand,
} from '../issuer-commands.ts';
import type { Counter } from '../memory.ts';
import {
  expiryOf,
  openCounter,
  openState,
  type Personalisation,
  track2Of,
} from '../personalisation.ts';
import type { QvsdcProfile } from '../profile-applications.ts';
import { type FileRecord, locateRecords, readRecord } from '../records.ts';
import type { StateStore } from '../state.ts';
import {
  countTransaction,
  encodeCount,
  encodeFileControl,
  readPdolValues,
} from '../transaction-start.ts';
import {
  buildQvsdcData,
  issuerApplicationData,
  type QvsdcData,
  qvsdcIssuerRules,
} from './qvsdc-data.ts';
import { decideQvsdc, type QvsdcDecision } from './qvsdc-decision.ts';

const GET_PROCESSING_OPTIONS = 0xa8;
const READ_RECORD = 0xb2;
const EXTERNAL_AUTHENTICATE = 0x82;

/** The TTQ, then what the cryptogram is made over. */
const PDOL = new DataObjectList('9F66049F02069F03069F1A0295055F2A029A039C019F3704');
const TTQ_BYTES = 4;
/** Version of fDDA. */
const FDDA_VERSION = 0x01;
const DYNAMIC_SFI = 3;

const INFORMATION = { aac: 0x00, tc: 0x40, arqc: 0x80 } as const;

/**
 * A payment application as kernel 3 expects it: GET PROCESSING OPTIONS gives the cryptogram, the
 * records the rest, with a dynamic signature (fDDA) where the reader wants one. On a second tap it
 * takes the issuer's answer. Source: EMV 4.4 Book 3, 6.5 and Book 2, 8.1; of EMV Contactless Book
 * C-3 no text is public, its data elements are those of recorded cards.
 */
export class QvsdcApplet implements Applet {
  readonly aid: Uint8Array;
  readonly #profile: QvsdcProfile;
  readonly #personalisation: Personalisation;
  readonly #rules: IssuerRules;
  readonly #counter: Counter;
  readonly #store: StateStore;
  readonly #files = new Map<boolean, QvsdcData>();
  #phase: 'selected' | 'initiated' = 'selected';
  #records: readonly FileRecord[] = [];
  /** The transaction whose issuer has just been authenticated: its script may follow. */
  #answered: AnsweredTransaction | undefined;

  constructor(profile: QvsdcProfile, personalisation: Personalisation) {
    this.aid = hex(profile.aid);
    this.#profile = profile;
    this.#personalisation = personalisation;
    this.#rules = qvsdcIssuerRules(profile);
    this.#counter = openCounter(personalisation);
    this.#store = openState(personalisation);
  }

  select(): AppletResponse {
    this.#phase = 'selected';
    this.#records = [];
    this.#answered = undefined;
    const state = this.#store.read();
    if (!state.ok) return { status: STATUS.memoryFailure };
    const proprietary = [
      { tag: '50', value: encodeAscii(this.#profile.label) },
      { tag: '9F38', value: PDOL.bytes },
    ];
    const { applicationBlocked } = state.value;
    return {
      status: applicationBlocked ? STATUS.applicationBlocked : STATUS.done,
      data: encodeFileControl(this.aid, proprietary),
    };
  }

  process(command: Command): AppletResponse {
    const { cla, ins } = command;
    if (cla === 0x80 && ins === GET_PROCESSING_OPTIONS) return this.#getProcessingOptions(command);
    if (cla === 0x00 && ins === READ_RECORD) return this.#readRecord(command);
    if (!this.#profile.issuerUpdate) return { status: STATUS.unknownInstruction };
    if (cla === 0x00 && ins === EXTERNAL_AUTHENTICATE) return this.#authenticateIssuer(command);
    if (isScriptCommand(command)) return this.#runScript(command);
    return { status: STATUS.unknownInstruction };
  }

  /** Book 3, 6.5.8. Everything is checked before a transaction is counted. */
  #getProcessingOptions(command: Command): AppletResponse {
    const values = readPdolValues(command, PDOL);
    if (!values.ok) return { status: values.error };
    if (this.#phase !== 'selected') return { status: STATUS.conditionsNotSatisfied };
    const state = this.#store.read();
    if (!state.ok) return { status: STATUS.memoryFailure };
    const { user } = this.#personalisation;
    const decision = decideQvsdc(this.#profile, state.value, user, PDOL, values.value);
    if (decision === 'refused') return { status: STATUS.conditionsNotSatisfied };
    if (decision === 'confirm-first') return { status: STATUS.notAllowedNow };
    const count = countTransaction(this.#counter);
    if (!count.ok) return { status: count.error };
    this.#phase = 'initiated';
    user.isConfirmed = false;
    const iad = issuerApplicationData(this.#profile, state.value, decision.type);
    return this.#answer(values.value, decision, iad, count.value);
  }

  #answer(
    values: Uint8Array,
    decision: QvsdcDecision,
    iad: Uint8Array,
    count: number,
  ): AppletResponse {
    const atc = encodeCount(count);
    const files = this.#filesFor(decision);
    if (!files) return { status: STATUS.memoryFailure };
    const { aip, icc } = files;
    const dynamic = icc && this.#signDynamically(values, decision.qualifiers, atc, icc);
    this.#records = dynamic ? [...files.records, dynamic] : files.records;
    const cryptogram = this.#cryptogram(values, aip, atc, iad);
    if (!this.#remember(decision, count, cryptogram)) return { status: STATUS.memoryFailure };
    const { pan, panSequenceNumber } = this.#profile;
    const track2 = track2Of(pan, expiryOf(this.#profile, this.#personalisation));
    const children = [
      { tag: '82', value: aip },
      { tag: '94', value: locateRecords(this.#records) },
      { tag: '57', value: track2 },
      { tag: '5F34', value: encodeBcd(panSequenceNumber) },
      { tag: '9F10', value: iad },
      { tag: '9F26', value: cryptogram },
      { tag: '9F27', value: Uint8Array.of(INFORMATION[decision.type]) },
      { tag: '9F36', value: atc },
      { tag: '9F6C', value: decision.qualifiers },
    ];
    return { status: STATUS.done, data: encodeTlv([{ tag: '77', children }]) };
  }

  /** Certificates are made once, as at personalisation. */
  #filesFor({ isAuthenticated }: QvsdcDecision): QvsdcData | undefined {
    const made = this.#files.get(isAuthenticated);
    if (made) return made;
    const files = buildQvsdcData(this.#profile, this.#personalisation, isAuthenticated);
    if (!files.ok) return undefined;
    this.#files.set(isAuthenticated, files.value);
    return files.value;
  }

  /** What the issuer checks, by cryptogram version. */
  #cryptogram(values: Uint8Array, aip: Uint8Array, atc: Uint8Array, iad: Uint8Array): Uint8Array {
    const { masterKey } = this.#rules;
    const transaction = values.subarray(TTQ_BYTES);
    switch (this.#profile.cryptogramVersion) {
      case 10: {
        const verification = iad.subarray(3, 7);
        const data = concatBytes(transaction, aip, atc, verification);
        return computeDirectCryptogram(masterKey, data);
      }
      case 17: {
        const amount = values.subarray(TTQ_BYTES, TTQ_BYTES + 6);
        const data = concatBytes(amount, values.subarray(-4), atc, iad.subarray(4, 5));
        return computeDirectCryptogram(masterKey, data);
      }
      case 18:
        return computeCryptogram(masterKey, atc, concatBytes(transaction, aip, atc, iad));
      default:
        return this.#profile.cryptogramVersion satisfies never;
    }
  }

  /** The record of fDDA, version 01: what it signs along is in 9F69. */
  #signDynamically(
    values: Uint8Array,
    qualifiers: Uint8Array,
    atc: Uint8Array,
    icc: Parameters<typeof signDamaged>[1],
  ): FileRecord {
    const find = (tag: string) => PDOL.find(values, tag) ?? new Uint8Array(0);
    const { random } = this.#personalisation;
    const related = concatBytes(Uint8Array.of(FDDA_VERSION), random(4), qualifiers);
    const signature = signDamaged(
      this.#personalisation,
      icc,
      concatBytes(Uint8Array.of(atc.length), atc),
      concatBytes(find('9F37'), find('9F02'), find('5F2A'), related),
    );
    const objects = [
      { tag: '9F69', value: related },
      { tag: '9F4B', value: signature },
    ];
    return { sfi: DYNAMIC_SFI, record: 1, signed: false, objects };
  }

  /** What must be kept before a cryptogram leaves; false when it cannot be. */
  #remember({ type, amountMinor }: QvsdcDecision, atc: number, cryptogram: Uint8Array): boolean {
    const state = this.#store.read();
    if (!state.ok) return false;
    if (type === 'tc') {
      const offlineTotalMinor = state.value.offlineTotalMinor + amountMinor;
      return this.#store.update({ offlineTotalMinor, pending: null }).ok;
    }
    if (!this.#profile.issuerUpdate) return true;
    const pending = type === 'arqc' ? { atc, cryptogram: encodeHex(cryptogram) } : null;
    return this.#store.update({ pending }).ok;
  }

  /** The records may be read once a transaction was initiated. */
  #readRecord(command: Command): AppletResponse {
    if (this.#phase === 'initiated') return readRecord(command, this.#records);
    const { status } = readRecord(command, []);
    return { status: status === STATUS.notFound ? STATUS.conditionsNotSatisfied : status };
  }

  /** The second tap: the answer to the last request. Book 3, 6.5.4. */
  #authenticateIssuer({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    if (p1 !== 0 || p2 !== 0) return { status: STATUS.wrongParameters };
    if (data.length < 8 || data.length > 16 || expectedBytes !== undefined) {
      return { status: STATUS.wrongLength };
    }
    const state = this.#store.read();
    if (!state.ok) return { status: STATUS.memoryFailure };
    const { pending } = state.value;
    if (this.#phase !== 'selected' || !pending) return { status: STATUS.conditionsNotSatisfied };
    const transaction = {
      atc: encodeCount(pending.atc),
      cryptogram: hex(pending.cryptogram),
    };
    const isGenuine = isIssuer(this.#rules, transaction, data);
    const change = isGenuine
      ? { lastOnlineAtc: pending.atc, offlineTotalMinor: 0, scriptsDone: 0, scriptFailed: false }
      : {};
    const kept = this.#store.update({
      ...change,
      pending: null,
      issuerAuthenticationFailed: !isGenuine,
    });
    if (!kept.ok) return { status: STATUS.memoryFailure };
    this.#answered = isGenuine ? transaction : undefined;
    return { status: isGenuine ? STATUS.done : STATUS.authenticationFailed };
  }

  #runScript(command: Command): AppletResponse {
    if (!this.#answered) return { status: STATUS.conditionsNotSatisfied };
    return { status: runScriptCommand(this.#rules, this.#answered, this.#store, command) };
  }
}
