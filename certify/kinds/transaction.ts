import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, type Malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { type EntryPointResult, runEntryPoint } from '#kernel/emv/contactless/entry-point.ts';
import type { ContactlessInput, ReaderCombination } from '#kernel/emv/contactless/input.ts';
import type { TagStore } from '#kernel/emv/contactless/outcome.ts';
import type { KernelCommand, KernelReply, KernelStep } from '#kernel/transaction/commands.ts';
import { VectorInput } from '../vector-input.ts';
import type { JsonObject, VectorKind } from '../vector-kind.ts';

interface Exchange {
  /** Upper-case hex, or `*` for any command. */
  readonly command: string;
  readonly response: Uint8Array;
}

/**
 * A whole transaction against a recorded card, up to the request for the issuer. Errors besides
 * `bad-input`: `command-differs` and `command-beyond-exchange`, the path naming the command;
 * `unsupported-interface` for what this kernel has not yet.
 */
export const transaction: VectorKind = {
  kind: 'transaction',
  run(members) {
    const input = new VectorInput(members);
    const transmission = input.oneOf('interface', ['contactless', 'contact']);
    const sale = contactlessInput(input);
    const exchange = input.objects('exchange').map((pair) => ({
      command: pair.text('command').toUpperCase(),
      response: pair.bytes('response'),
    }));
    if (input.fault) return fail(input.fault);
    if (transmission === 'contact') return fail(fault('unsupported-interface', 'interface'));
    const outcome = replay(runEntryPoint(sale), exchange);
    return outcome.ok ? ok(told(outcome.value)) : outcome;
  },
};

function contactlessInput(input: VectorInput): ContactlessInput {
  const sale = input.object('transaction');
  const terminal = input.object('terminal');
  return {
    amountMinor: sale.amountMinor('amount'),
    amountOtherMinor: sale.amountMinor('amountOther'),
    transactionType: sale.digits('type', 2),
    currency: sale.digits('currency', 3),
    terminalCountry: terminal.digits('9F1A', 4).slice(1),
    date: sale.digits('date', 6),
    time: sale.digits('time', 6),
    unpredictableNumbers: sale.bytesList('unpredictableNumbers'),
    terminalData: Object.fromEntries(
      terminal
        .names()
        .filter((tag) => tag !== '9F1A')
        .map((tag) => [tag, terminal.bytes(tag)]),
    ),
    combinations: input.objects('readerCombinations').map(combination),
  };
}

function combination(input: VectorInput): ReaderCombination {
  const limits = input.object('limits');
  const data = input.object('data');
  return {
    aid: input.text('aid'),
    kernelId: input.count('kernelId'),
    limits: {
      ...(limits.has('transaction') && { transactionMinor: limits.amountMinor('transaction') }),
      ...(limits.has('floor') && { floorMinor: limits.amountMinor('floor') }),
      ...(limits.has('cvmRequired') && { cvmRequiredMinor: limits.amountMinor('cvmRequired') }),
    },
    data: Object.fromEntries(data.names().map((tag) => [tag, data.bytes(tag)])),
  };
}

/** Runs the kernel against the recording: the n-th command must be the n-th recorded one. */
function replay<T>(step: KernelStep<T>, exchange: readonly Exchange[]): Result<T, Malformed> {
  let sent = 0;
  let next = step.next(undefined as never);
  while (!next.done) {
    const command = next.value;
    if (command.type === 'transmit') {
      const recorded = exchange[sent];
      if (!recorded) return fail(fault('command-beyond-exchange', `exchange.${sent}`));
      const isAsRecorded =
        recorded.command === '*' || recorded.command === encodeHex(command.command);
      if (!isAsRecorded) return fail(fault('command-differs', `exchange.${sent}`));
      sent += 1;
      next = step.next({ type: 'response', response: recorded.response });
    } else {
      next = step.next(replyTo(command));
    }
  }
  return ok(next.value);
}

function replyTo(command: Exclude<KernelCommand, { type: 'transmit' }>): KernelReply {
  switch (command.type) {
    case 'activate':
      return { type: 'activated' };
    case 'ask-pin':
      return { type: 'pin-unavailable' };
    case 'choose-application':
      return { type: 'application-chosen', index: 0 };
    case 'authorise-online':
      return { type: 'not-sent' };
    case 'show':
      return { type: 'shown' };
    default:
      return command satisfies never;
  }
}

function told(result: EntryPointResult): JsonObject {
  if (result.type === 'cancelled') return { outcome: result.after?.type ?? 'cancelled' };
  const { type, dataRecord: data } = result.outcome;
  return {
    outcome: type,
    ...(data && {
      de55: Object.fromEntries([...data].map(([tag, value]) => [tag, encodeHex(value)])),
      ...named(data, 'selectedAid', '84'),
      ...named(data, 'cid', '9F27'),
      ...named(data, 'tvr', '95'),
    }),
  };
}

function named(data: TagStore, name: string, tag: string): JsonObject {
  const value = data.get(tag);
  return value ? { [name]: encodeHex(value) } : {};
}

function fault(kind: string, path: string): Malformed {
  return { kind, path, offset: 0 };
}
