import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { type Command, STATUS } from '../apdu.ts';
import type { AppletResponse } from '../applet.ts';
import {
  type CryptogramType,
  decideFirst,
  decideSecond,
  type IssuerAuthentication,
  offlineLimitsOf,
} from '../chip/card-risk.ts';
import {
  encodeAnswer,
  encodeDynamicAnswer,
  encodeExtendedAnswer,
  encodeSignedAnswer,
  INFORMATION,
  parseReferenceControl,
  type ReferenceControl,
} from '../chip/cryptogram-answer.ts';
import { computeCryptogram, computeDirectCryptogram } from '../cryptogram.ts';
import type { DataObjectList } from '../data-object-list.ts';
import { type AnsweredTransaction, isIssuer, runScriptCommand } from '../issuer-commands.ts';
import type { ApplicationState } from '../state.ts';
import { encodeCount } from '../transaction-start.ts';
import { CDOL1, CDOL2, type ContactCard } from './contact-card.ts';

const SIGNED_TAGS = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37'];
const LOGGED_LIMIT = 10;
const UNABLE_TO_GO_ONLINE = ['Y3', 'Z3'];

type Phase = 'initiated' | 'requested' | 'complete';

/** One transaction of a contact application, from GET PROCESSING OPTIONS on. */
export class ContactTransaction {
  readonly #card: ContactCard;
  readonly #count: number;
  readonly #atc: Uint8Array;
  readonly #pdolValues: Uint8Array;
  #cdol1Values: Uint8Array = new Uint8Array(0);
  #phase: Phase = 'initiated';
  #first: CryptogramType | undefined;
  #answered: AnsweredTransaction | undefined;
  #issuer: IssuerAuthentication = 'not-done';
  #isAuthenticated = false;
  #pin: 'not-tried' | 'right' | 'wrong' = 'not-tried';

  constructor(card: ContactCard, count: number, pdolValues: Uint8Array) {
    this.#card = card;
    this.#count = count;
    this.#atc = encodeCount(count);
    this.#pdolValues = pdolValues;
  }

  /** What the last VERIFY came to goes into the card verification results. */
  notePin(outcome: 'right' | 'wrong'): void {
    this.#pin = outcome;
  }

  /** Book 3, 6.5.9. */
  internalAuthenticate({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    const { icc, personalisation, profile } = this.#card;
    if (!icc) return { status: STATUS.unknownInstruction };
    if (p1 !== 0 || p2 !== 0) return { status: STATUS.wrongParameters };
    if (data.length < 4 || expectedBytes !== 256) return { status: STATUS.wrongLength };
    if (this.#phase !== 'initiated') return { status: STATUS.conditionsNotSatisfied };
    this.#isAuthenticated = true;
    const answer = encodeDynamicAnswer(personalisation, icc, profile.responseFormat, data);
    return { status: STATUS.done, data: answer };
  }

  /** The first cryptogram, then the last. Book 3, 6.5.5. */
  generateCryptogram(command: Command): AppletResponse {
    const { p1, p2, data, expectedBytes } = command;
    const control = parseReferenceControl(p1);
    if (!control || p2 !== 0) return { status: STATUS.wrongParameters };
    const { authentication } = this.#card.profile;
    if (control.signature !== 'none' && control.signature !== authentication) {
      return { status: STATUS.wrongParameters };
    }
    if (this.#phase === 'complete') return { status: STATUS.conditionsNotSatisfied };
    const isFirst = this.#phase === 'initiated';
    const list = isFirst ? CDOL1 : CDOL2;
    if (data.length !== list.lengthBytes || expectedBytes !== 256) {
      return { status: STATUS.wrongLength };
    }
    const state = this.#card.store.read();
    if (!state.ok) return { status: STATUS.memoryFailure };
    return isFirst
      ? this.#answerFirst(control, data, state.value)
      : this.#answerSecond(control, data, state.value);
  }

  /** Book 3, 6.5.4: once, between the request and the last cryptogram. */
  authenticateIssuer({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    if (p1 !== 0 || p2 !== 0) return { status: STATUS.wrongParameters };
    if (data.length < 8 || data.length > 16 || expectedBytes !== undefined) {
      return { status: STATUS.wrongLength };
    }
    if (this.#phase !== 'requested' || this.#issuer !== 'not-done' || !this.#answered) {
      return { status: STATUS.conditionsNotSatisfied };
    }
    const isGenuine = isIssuer(this.#card.rules, this.#answered, data);
    this.#issuer = isGenuine ? 'genuine' : 'failed';
    const kept = this.#card.store.update({ issuerAuthenticationFailed: !isGenuine });
    if (!kept.ok) return { status: STATUS.memoryFailure };
    return { status: isGenuine ? STATUS.done : STATUS.authenticationFailed };
  }

  /** A script may come before the last cryptogram (71) or after it (72). Book 3, 10.10. */
  runScript(command: Command): AppletResponse {
    if (!this.#answered) return { status: STATUS.conditionsNotSatisfied };
    const { rules, store } = this.#card;
    return { status: runScriptCommand(rules, this.#answered, store, command) };
  }

  #answerFirst(
    control: ReferenceControl,
    values: Uint8Array,
    state: ApplicationState,
  ): AppletResponse {
    const { profile } = this.#card;
    const [terminalType = 0] = CDOL1.find(values, '9F35') ?? [];
    const risk = { requested: control.requested, state, atc: this.#count };
    const type = decideFirst(profile, risk, terminalType);
    this.#first = type;
    this.#cdol1Values = values.slice();
    this.#phase = type === 'arqc' ? 'requested' : 'complete';
    return this.#answer(control, type, CDOL1, values, this.#results(state, undefined));
  }

  #answerSecond(
    control: ReferenceControl,
    values: Uint8Array,
    state: ApplicationState,
  ): AppletResponse {
    const { profile, store } = this.#card;
    const code = new TextDecoder('latin1').decode(CDOL2.find(values, '8A'));
    const isOnline = !UNABLE_TO_GO_ONLINE.includes(code);
    const risk = { requested: control.requested, state, atc: this.#count };
    const type = decideSecond(profile, risk, this.#issuer, isOnline);
    this.#phase = 'complete';
    const isAnswered = isOnline && (this.#issuer === 'genuine' || type === 'tc');
    const results = this.#results(state, type, isOnline);
    if (isAnswered) {
      const change = { lastOnlineAtc: this.#count, scriptsDone: 0, scriptFailed: false };
      if (!store.update(change).ok) return { status: STATUS.memoryFailure };
    }
    return this.#answer(control, type, CDOL2, values, results);
  }

  #answer(
    control: ReferenceControl,
    type: CryptogramType,
    list: DataObjectList,
    values: Uint8Array,
    results: Uint8Array,
  ): AppletResponse {
    const { aip, extended, icc, personalisation, profile, rules, store } = this.#card;
    const version = Uint8Array.of(0x06, 0x01, profile.cryptogramVersion, 0x03);
    const issuerApplicationData = concatBytes(version, results);
    const find = (tag: string) =>
      list.find(values, tag) ?? CDOL1.find(this.#cdol1Values, tag) ?? new Uint8Array(0);
    const transaction = concatBytes(...SIGNED_TAGS.map(find), aip, this.#atc);
    const { masterKey, isDirect } = rules;
    const cryptogram = isDirect
      ? computeDirectCryptogram(
          masterKey,
          concatBytes(transaction, issuerApplicationData.subarray(3)),
        )
      : computeCryptogram(masterKey, this.#atc, concatBytes(transaction, issuerApplicationData));
    this.#answered ??= { atc: this.#atc, cryptogram };
    const information = INFORMATION[type];
    if (type !== 'arqc') {
      const entry = concatBytes(
        find('9F02'),
        Uint8Array.of(information),
        this.#atc,
        find('9A'),
        find('9C'),
        find('5F2A'),
      );
      const state = store.read();
      const log = [encodeHex(entry), ...(state.ok ? state.value.log : [])].slice(0, LOGGED_LIMIT);
      if (!store.update({ log }).ok) return { status: STATUS.memoryFailure };
    }
    const answer = { information, atc: this.#atc, cryptogram, issuerApplicationData };
    if (control.signature === 'xda' && extended) {
      const sent = list === CDOL1 ? concatBytes(this.#pdolValues, values) : values;
      const data = encodeExtendedAnswer(personalisation, answer, extended, sent);
      return { status: STATUS.done, data };
    }
    if (control.signature === 'none' || type === 'aac' || !icc) {
      return { status: STATUS.done, data: encodeAnswer(profile.responseFormat, answer) };
    }
    const sent = list === CDOL1 ? [values] : [this.#cdol1Values, values];
    const data = encodeSignedAnswer(personalisation, answer, {
      icc,
      transactionData: concatBytes(this.#pdolValues, ...sent),
      unpredictableNumber: find('9F37'),
      relayData: new Uint8Array(0),
    });
    return { status: STATUS.done, data };
  }

  /**
   * The card verification results without their length, 3 bytes. Of these no specification is
   * public; recorded cards and public decoders agree on the bits here.
   */
  #results(state: ApplicationState, second: 'aac' | 'tc' | undefined, isOnline = true): Uint8Array {
    const { profile } = this.#card;
    const given = { aac: 0x00, tc: 0x10, arqc: 0x20 }[this.#first ?? 'aac'];
    const last = second === undefined ? 0x80 : { aac: 0x00, tc: 0x40 }[second];
    const row = this.#count - state.lastOnlineAtc;
    const bits = (...flags: readonly (readonly [boolean, number])[]) =>
      flags.reduce((sum, [isSet, bit]) => (isSet ? sum | bit : sum), 0);
    return Uint8Array.of(
      last |
        given |
        bits(
          [this.#issuer === 'failed', 0x08],
          [this.#pin !== 'not-tried', 0x04],
          [this.#pin === 'wrong', 0x02],
          [second !== undefined && !isOnline, 0x01],
        ),
      bits(
        [state.pin !== '' && state.pinTriesLeft === 0, 0x40],
        [row > offlineLimitsOf(profile, state).lower, 0x20],
        [state.lastOnlineAtc === 0, 0x10],
        [state.issuerAuthenticationFailed, 0x08],
      ),
      (state.scriptsDone << 4) | bits([state.scriptFailed, 0x08], [this.#isAuthenticated, 0x02]),
    );
  }
}
