import type { KernelStep } from '../../transaction/commands.ts';
import { activateField, show } from '../../transaction/steps.ts';
import type { UiRequest } from '../../transaction/ui-request.ts';
import { readDirectory, selectApplication } from './application-selection.ts';
import type { Candidate } from './combination-selection.ts';
import type { ContactlessInput } from './input.ts';
import {
  type ContactlessKernel,
  InputExhausted,
  type IssuerAnswer,
  type KernelActivation,
  type KernelRestart,
} from './kernel-activation.ts';
import { KERNELS } from './kernels.ts';
import { type ContactlessOutcome, outcomeOf, type TagStore } from './outcome.ts';
import { type PreparedCombination, preProcess } from './pre-processing.ts';
import {
  tellCandidates,
  tellCombinations,
  tellOutcome,
  tellSelection,
} from './tell-entry-point.ts';

/** What Entry Point gives the terminal. */
export type EntryPointResult =
  | {
      readonly type: 'outcome';
      readonly outcome: ContactlessOutcome;
      /** The application that the outcome is about, where one was selected. */
      readonly selected?: Candidate;
      /** Takes the transaction up again with the issuer's answer, at the outcome's start. */
      resume(issuer: IssuerAnswer): KernelStep<EntryPointResult>;
    }
  /** Nobody waits for a card any more; `after` is the outcome that asked for it once more. */
  | { readonly type: 'cancelled'; readonly after?: ContactlessOutcome };

type Kernels = Readonly<Record<number, ContactlessKernel>>;

const PRESENTATIONS = 5;
/** How long a card is waited for that its issuer has something for. */
const SECOND_TAP_MS = 15_000;
const PRESENT_CARD: UiRequest = { message: 'present-card', status: 'ready-to-read' };
const COLLISION: UiRequest = { message: 'present-one-card', status: 'processing-error' };
const COLLISION_OVER: UiRequest = { message: 'present-one-card', status: 'ready-to-read' };

/**
 * The contactless part of a transaction, from the amount to an outcome that the terminal must act
 * on; Try Again, Select Next and every start B are acted on here. Source: EMV Contactless Book B,
 * 3.
 */
export function* runEntryPoint(
  input: ContactlessInput,
  kernels: Kernels = KERNELS,
): KernelStep<EntryPointResult> {
  const combinations = preProcess(input);
  tellCombinations(input.trace, combinations);
  const session = new Session(input, kernels, combinations);
  if (combinations.every(({ indicators }) => indicators.contactlessApplicationNotAllowed)) {
    return yield* session.conclude(NOTHING_ALLOWED);
  }
  return yield* session.begin();
}

/** Book B, 3.1.1.13. */
const NOTHING_ALLOWED = outcomeOf('try-another-interface', {
  uiOnOutcome: { message: 'insert-or-swipe', status: 'processing-error' },
  reason: 'amount-not-allowed',
});

/** Back to protocol activation, with the message that belongs to that. Book B, 3.3.3.7. */
const LOST_IN_SELECTION = outcomeOf('try-again', { reason: 'card-lost' });

/** Book B, 3.3.2.7 and 3.3.3.5. */
const NO_APPLICATION = outcomeOf('end-application', {
  uiOnOutcome: { message: 'insert-swipe-or-try-another', status: 'ready-to-read' },
  reason: 'no-common-application',
});

class Session {
  readonly #input: ContactlessInput;
  readonly #kernels: Kernels;
  readonly #combinations: readonly PreparedCombination[];
  #numbersTaken = 0;
  #keysTaken = 0;
  #presentationsLeft = 0;
  #tornRecords: readonly TagStore[] | undefined;
  #restart: KernelRestart | undefined;
  #candidates: readonly Candidate[] = [];
  #selected: Candidate | undefined;
  #fci: Uint8Array = new Uint8Array(0);
  #statusWord = '';

  constructor(
    input: ContactlessInput,
    kernels: Kernels,
    combinations: readonly PreparedCombination[],
  ) {
    this.#input = input;
    this.#tornRecords = input.tornRecords;
    this.#kernels = kernels;
    this.#combinations = combinations.filter(({ kernelId }) => kernelId in kernels);
  }

  /** From protocol activation, as often as the card may be presented. */
  *begin(after?: ContactlessOutcome): KernelStep<EntryPointResult> {
    this.#presentationsLeft = this.#input.presentations ?? PRESENTATIONS;
    return yield* this.#startB(after);
  }

  /** Outcome processing: shows it, and starts again where it says so. Book B, 3.5. */
  *conclude(outcome: ContactlessOutcome): KernelStep<EntryPointResult> {
    // A card that is lost while its issuer's answer waits for it is still to be given that answer.
    const state = outcome.kernelState ?? this.#restart?.state;
    const issuer = this.#restart?.issuer;
    const goesOn = outcome.kernelState !== undefined || issuer !== undefined;
    this.#restart = goesOn ? { state: state ?? new Map(), ...(issuer && { issuer }) } : undefined;
    tellOutcome(this.#input.trace, outcome, this.#selected?.combination.kernelId);
    if (outcome.uiOnOutcome) yield* show(outcome.uiOnOutcome);
    if (outcome.type === 'select-next') return yield* this.#select();
    this.#tornRecords = outcome.tornRecords ?? this.#tornRecords;
    if (isPresentedAgain(outcome) && this.#presentationsLeft > 0) {
      return yield* this.#startB(outcome);
    }
    const selected = this.#selected;
    const resume = (answer: IssuerAnswer) => this.#resume(outcome, answer);
    return { type: 'outcome', outcome, ...(selected && { selected }), resume };
  }

  *#resume(outcome: ContactlessOutcome, issuer: IssuerAnswer): KernelStep<EntryPointResult> {
    const { start, uiOnRestart, kernelState = new Map() } = outcome;
    this.#restart = { state: kernelState, issuer };
    switch (start) {
      case 'B':
        return yield* this.begin(outcome);
      case 'C':
        return yield* this.#select();
      case 'D':
        if (uiOnRestart) yield* show(uiOnRestart);
        return yield* this.#runKernel();
      case 'A':
      case 'n/a':
        throw new Error('an outcome without a start is not taken up again');
      default:
        return start satisfies never;
    }
  }

  /** Protocol activation: until one card, and no more, is in the field. Book B, 3.2. */
  *#startB(after?: ContactlessOutcome): KernelStep<EntryPointResult> {
    this.#presentationsLeft -= 1;
    yield* show(after?.uiOnRestart ?? PRESENT_CARD);
    const within = this.#restart?.issuer ? { withinMs: SECOND_TAP_MS } : {};
    const fieldOff = after && after.fieldOff !== 'n/a' ? { fieldOff: after.fieldOff } : {};
    let activated = yield* activateField({ ...fieldOff, ...within });
    while (activated === 'collision') {
      yield* show(COLLISION);
      yield* show(COLLISION_OVER);
      activated = yield* activateField(within);
    }
    if (activated === 'cancelled') return { type: 'cancelled', ...(after && { after }) };
    if (this.#restart?.issuer && this.#selected) {
      // The last application once more, with what its issuer says (3.3.1.1).
      this.#candidates = [this.#selected];
      return yield* this.#select();
    }
    const directory = yield* readDirectory(this.#input, this.#combinations);
    if (directory === 'card-lost') return yield* this.conclude(LOST_IN_SELECTION);
    this.#candidates = directory;
    tellCandidates(this.#input.trace, directory);
    return yield* this.#select();
  }

  /** Final combination selection, then the kernel. Book B, 3.3.3 and 3.4. */
  *#select(): KernelStep<EntryPointResult> {
    const found = yield* selectApplication(this.#candidates, this.#combinations);
    tellSelection(this.#input.trace, found);
    if (found === 'card-lost') return yield* this.conclude(LOST_IN_SELECTION);
    if (found === 'none') return yield* this.conclude(NO_APPLICATION);
    this.#candidates = found.others;
    this.#selected = found.candidate;
    this.#fci = found.fci;
    this.#statusWord = found.statusWord;
    return yield* this.#runKernel();
  }

  *#runKernel(): KernelStep<EntryPointResult> {
    const candidate = this.#selected;
    const kernel = candidate && this.#kernels[candidate.combination.kernelId];
    if (!kernel) throw new Error('a kernel is activated without a selected combination');
    return yield* this.conclude(yield* kernel(this.#activationOf(candidate)));
  }

  #activationOf(candidate: Candidate): KernelActivation {
    const restart = this.#restart;
    const { unpredictableNumbers, ephemeralPrivateKeys = [] } = this.#input;
    const tornRecords = this.#tornRecords;
    return {
      input: tornRecords ? { ...this.#input, tornRecords } : this.#input,
      combination: candidate.combination,
      candidate,
      fci: this.#fci,
      selectStatusWord: this.#statusWord,
      takeUnpredictableNumber: () =>
        taken(unpredictableNumbers[this.#numbersTaken++], 'unpredictable number'),
      takeEphemeralPrivateKey: () => taken(ephemeralPrivateKeys[this.#keysTaken++], 'private key'),
      ...(restart && { restart }),
    };
  }
}

/**
 * Try Again, and End Application with start B: a card that was lost in the middle, or a device
 * whose holder must do something on it first. Source: Book A, 6.2; Book B, 3.5.
 */
function isPresentedAgain({ type, start }: ContactlessOutcome): boolean {
  return type === 'try-again' || (type === 'end-application' && start === 'B');
}

function taken(value: Uint8Array | undefined, what: string): Uint8Array {
  if (!value) throw new InputExhausted(`there is no ${what} left`);
  return value;
}
