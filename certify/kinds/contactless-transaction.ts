import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { type EntryPointResult, runEntryPoint } from '#kernel/emv/contactless/entry-point.ts';
import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import type { IssuerAnswer } from '#kernel/emv/contactless/kernel-activation.ts';
import type { TagStore } from '#kernel/emv/contactless/outcome.ts';
import type { KernelCommand, KernelReply, KernelStep } from '#kernel/transaction/commands.ts';
import { readContactlessInput, readIssuerAnswer } from '../contactless-input.ts';
import { RecordedCard, replay } from '../replay.ts';
import type { VectorInput } from '../vector-input.ts';
import type { JsonObject } from '../vector-kind.ts';
import type { ReplayWatch } from '../watch.ts';
import { readRecording } from './recorded-exchange.ts';

/**
 * A contactless transaction up to the request for the issuer or, where the recording goes on with a
 * second tap and the host answers, to its end.
 */
export function runContactless(
  input: VectorInput,
  watch?: ReplayWatch,
): Result<JsonObject, Malformed> {
  const read = readContactlessInput(input);
  const sale = watch ? { ...read, trace: watch.decided } : read;
  const issuer = readIssuerAnswer(input);
  const recording = readRecording(input);
  if (input.fault) return fail(input.fault);
  const card = new RecordedCard(recording, watch);
  let presented = false;
  const result = replay(runWhole(sale, issuer, card), card, (command) => {
    // Once everything recorded has been said, nobody presents the card again.
    const isOver = command.type === 'activate' && presented && card.left === 0;
    presented ||= command.type === 'activate';
    return isOver ? { type: 'cancelled' } : replyTo(command);
  });
  return result.ok ? ok(told(result.value)) : result;
}

function* runWhole(
  sale: ContactlessInput,
  issuer: IssuerAnswer | undefined,
  card: RecordedCard,
): KernelStep<EntryPointResult> {
  const result = yield* runEntryPoint(sale);
  const goesOn = result.type === 'outcome' && result.outcome.onlineResponseData !== 'n/a';
  return goesOn && issuer && card.left > 0 ? yield* result.resume(issuer) : result;
}

function replyTo(command: Exclude<KernelCommand, { type: 'transmit' }>): KernelReply {
  switch (command.type) {
    case 'activate':
      return { type: 'activated' };
    case 'ask-pin':
      return { type: 'pin-unavailable' };
    case 'choose-application':
      return { type: 'cancelled' };
    case 'authorise-online':
      return { type: 'not-sent' };
    case 'show':
      return { type: 'shown' };
    default:
      return command satisfies never;
  }
}

function told(result: EntryPointResult): JsonObject {
  const outcome = result.type === 'outcome' ? result.outcome : result.after;
  if (!outcome) return { outcome: 'cancelled' };
  const { type, cvm, oda, dataRecord, discretionaryData } = outcome;
  const selected = result.type === 'outcome' ? result.selected : undefined;
  return {
    outcome: type,
    cvm,
    ...(oda && { oda }),
    ...(selected && {
      selectedAid: encodeHex(selected.adfName),
      kernelId: selected.combination.kernelId,
    }),
    ...(dataRecord && {
      de55: hexByTag(dataRecord),
      ...named(dataRecord, 'selectedAid', '84'),
      ...named(dataRecord, 'cid', '9F27'),
      ...named(dataRecord, 'tvr', '95'),
      ...named(dataRecord, 'tsi', '9B'),
      ...named(dataRecord, 'cvmResults', '9F34'),
    }),
    ...(discretionaryData && { discretionaryData: hexByTag(discretionaryData) }),
  };
}

function hexByTag(data: TagStore): JsonObject {
  return Object.fromEntries([...data].map(([tag, value]) => [tag, encodeHex(value)]));
}

function named(data: TagStore, name: string, tag: string): JsonObject {
  const value = data.get(tag);
  return value ? { [name]: encodeHex(value) } : {};
}
