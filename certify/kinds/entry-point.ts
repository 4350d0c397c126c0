import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, ok } from '#kernel/bytes/result.ts';
import { type EntryPointResult, runEntryPoint } from '#kernel/emv/contactless/entry-point.ts';
import type { ContactlessOutcome } from '#kernel/emv/contactless/outcome.ts';
import { type PreparedCombination, preProcess } from '#kernel/emv/contactless/pre-processing.ts';
import type { KernelCommand, KernelReply, KernelStep } from '#kernel/transaction/commands.ts';
import { UI_MESSAGES, type UiRequest } from '#kernel/transaction/ui-request.ts';
import { readContactlessInput, readIssuerAnswer } from '../contactless-input.ts';
import { RecordedCard, replay } from '../replay.ts';
import { ScriptedKernels } from '../scripted-kernels.ts';
import { VectorInput } from '../vector-input.ts';
import type { Json, JsonObject, VectorKind } from '../vector-kind.ts';
import { readRecording } from './recorded-exchange.ts';

/** What the field does each time it is activated. */
type FieldEvent = keyof typeof ACTIVATED;

const ACTIVATED = { card: 'activated', collision: 'collision', nobody: 'cancelled' } as const;

/**
 * Entry Point alone: pre-processing, protocol activation, combination selection, activation of a
 * kernel that is played by the vector (`kernels`), outcome processing and restarts. Errors besides
 * `bad-input`: those of a replay.
 */
export const entryPoint: VectorKind = {
  kind: 'entry-point',
  run(members) {
    const input = new VectorInput(members);
    const sale = readContactlessInput(input);
    const issuer = readIssuerAnswer(input);
    const card = new RecordedCard(readRecording(input));
    const field = readField(input);
    const kernels = new ScriptedKernels(input, card);
    const earlier = input.has('earlier') ? input.objects('earlier') : [];
    if (input.fault) return fail(input.fault);
    // Transactions before this one: none must leave a trace in it.
    for (const one of earlier) {
      const before = entryPoint.run(one.members);
      if (!before.ok) return before;
    }
    const watched = new Watched(field);
    const result = replay(
      withIssuer(runEntryPoint(sale, kernels.registry()), issuer, kernels),
      card,
      (command) => watched.reply(command),
    );
    if (!result.ok) return result;
    return ok({
      indicators: preProcess(sale).map(toldIndicators),
      ...toldResult(result.value, kernels.isUsedUp),
      ui: watched.shown.map(toldUi),
      fieldOff: watched.fieldOff,
      activations: watched.fieldOff.length,
      kernels: kernels.activations,
    });
  },
};

function* withIssuer(
  step: KernelStep<EntryPointResult>,
  issuer: ReturnType<typeof readIssuerAnswer>,
  kernels: ScriptedKernels,
): KernelStep<EntryPointResult> {
  const result = yield* step;
  if (result.type === 'cancelled' || kernels.isUsedUp || !issuer) return result;
  const { onlineResponseData, start } = result.outcome;
  if (start === 'n/a' || start === 'A') return result;
  const hasData = issuer.authenticationData !== undefined || issuer.scripts.length > 0;
  const goesOn = onlineResponseData === 'any' || (onlineResponseData === 'emv-data' && hasData);
  return goesOn ? yield* result.resume(issuer) : result;
}

/** One event for each time the field is activated; a card where the vector says nothing. */
function readField(input: VectorInput): readonly FieldEvent[] {
  if (!input.has('field')) return [];
  const list = new VectorInput(Object.fromEntries(input.texts('field').entries()), 'field', input);
  return list.names().map((name) => list.oneOf(name, ['card', 'collision', 'nobody']));
}

/** The field as the vector has it, and all that the customer is shown. */
class Watched {
  readonly shown: UiRequest[] = [];
  /** Of each activation: how long the field was off before. */
  readonly fieldOff: number[] = [];
  readonly #field: readonly FieldEvent[];

  constructor(field: readonly FieldEvent[]) {
    this.#field = field;
  }

  reply(command: Exclude<KernelCommand, { type: 'transmit' }>): KernelReply {
    switch (command.type) {
      case 'activate': {
        const event = this.#field[this.fieldOff.length] ?? 'card';
        this.fieldOff.push(command.interface === 'contactless' ? (command.fieldOff ?? 0) : 0);
        return { type: ACTIVATED[event] };
      }
      case 'show':
        this.shown.push(command.request);
        return { type: 'shown' };
      case 'ask-pin':
        return { type: 'pin-unavailable' };
      case 'choose-application':
        return { type: 'cancelled' };
      case 'authorise-online':
        return { type: 'not-sent' };
      default:
        return command satisfies never;
    }
  }
}

function toldIndicators({ aid, kernelId, indicators, data }: PreparedCombination): JsonObject {
  const ttq = data['9F66'];
  return { aid, kernelId, ...indicators, ...(ttq && { ttq: encodeHex(ttq) }) };
}

/** Once the vector plays no further kernel, Entry Point has done its part: there is no outcome. */
function toldResult(result: EntryPointResult, isUsedUp: boolean): JsonObject {
  if (result.type === 'cancelled') {
    return { outcome: 'cancelled', ...(result.after && toldOutcome(result.after)) };
  }
  const { selected, outcome } = result;
  return {
    ...(selected && {
      selected: {
        aid: encodeHex(selected.adfName),
        kernelId: selected.combination.kernelId,
        readerAid: selected.combination.aid,
      },
    }),
    ...(!isUsedUp && toldOutcome(outcome)),
  };
}

function toldOutcome(outcome: ContactlessOutcome): JsonObject {
  const { type, start, onlineResponseData, cvm, receipt, alternateInterface } = outcome;
  const { fieldOff, removalTimeout, reason = '', uiOnOutcome, uiOnRestart } = outcome;
  return {
    outcome: type,
    parameters: {
      start,
      onlineResponseData,
      cvm,
      receipt,
      alternateInterface,
      fieldOff,
      removalTimeout,
      reason,
      uiOnOutcome: uiOnOutcome ? toldUi(uiOnOutcome) : null,
      uiOnRestart: uiOnRestart ? toldUi(uiOnRestart) : null,
    },
  };
}

function toldUi({ message, status, holdTime = 0, language = '', value }: UiRequest): JsonObject {
  const id = encodeHex(Uint8Array.of(UI_MESSAGES[message]));
  const amount: Json = value
    ? { qualifier: value.qualifier, amount: `${value.minor}`, currency: value.currency }
    : null;
  return { message, id, status, holdTime, language, value: amount };
}
