import { fail, type Malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { InputExhausted } from '#kernel/emv/contactless/kernel-activation.ts';
import type { KernelCommand, KernelReply, KernelStep } from '#kernel/transaction/commands.ts';
import { isRecorded, type Recording } from './kinds/recorded-exchange.ts';
import type { ReplayWatch } from './watch.ts';

/** A recorded card: the n-th command must be the n-th recorded one. */
export class RecordedCard {
  readonly #recording: Recording;
  readonly #watch: ReplayWatch | undefined;
  #sent = 0;

  constructor(recording: Recording, watch?: ReplayWatch) {
    this.#recording = recording;
    this.#watch = watch;
  }

  /** How many commands are still to come. */
  get left(): number {
    return this.#recording.pairs.length - this.#sent;
  }

  /** The answer; errors `command-beyond-exchange`, `command-differs`, the path naming it. */
  answer(command: Uint8Array): Result<KernelReply> {
    const { pairs, isT0 } = this.#recording;
    const recorded = pairs[this.#sent];
    const path = `exchange.${recorded?.index ?? this.#sent}`;
    if (!recorded) return fail({ kind: 'command-beyond-exchange', path, offset: 0 });
    if (!isRecorded(recorded, command, isT0)) {
      return fail({ kind: 'command-differs', path, offset: 0 });
    }
    this.#sent += 1;
    const { response, elapsedUs } = recorded;
    this.#watch?.exchanged(command, response);
    if (response.length === 0) return ok({ type: 'card-lost' });
    return ok({ type: 'response', response, ...(elapsedUs !== undefined && { elapsedUs }) });
  }
}

/**
 * Runs a step against a recorded card; `reply` answers what is not for the card. Errors besides the
 * card's: `input-exhausted` when the vector holds too few unpredictable numbers or keys.
 */
export function replay<T>(
  step: KernelStep<T>,
  card: RecordedCard,
  reply: (command: Exclude<KernelCommand, { type: 'transmit' }>) => KernelReply,
): Result<T, Malformed> {
  try {
    let next = step.next(undefined as never);
    while (!next.done) {
      const command = next.value;
      const answer = command.type === 'transmit' ? card.answer(command.command) : undefined;
      if (answer && !answer.ok) return answer;
      next = step.next(
        answer?.value ?? reply(command as Exclude<typeof command, { type: 'transmit' }>),
      );
    }
    return ok(next.value);
  } catch (error) {
    if (!(error instanceof InputExhausted)) throw error;
    return fail({ kind: 'input-exhausted', path: 'transaction', offset: 0 });
  }
}
