import { CircleAlert, CircleCheck, CircleDashed, TriangleAlert, Undo2 } from 'lucide-react';
import { say, storyWords } from './story-words.ts';

const LOOKS = {
  good: ['positive', CircleCheck],
  open: ['caution', TriangleAlert],
  bad: ['negative', CircleAlert],
  undone: ['quiet', Undo2],
  other: ['quiet', CircleDashed],
} as const;

const KINDS: Readonly<Record<string, keyof typeof LOOKS>> = {
  captured: 'good',
  done: 'good',
  authorised: 'good',
  unknown: 'open',
  'reversal-due': 'open',
  disputed: 'open',
  declined: 'bad',
  'charged-back': 'bad',
  refunded: 'undone',
  voided: 'undone',
  reversed: 'undone',
  'reversed-unseen': 'undone',
};

/** Where a payment stands: a word, and an icon of its kind. */
export function StateMark({ state }: { readonly state: string }) {
  const [look, Icon] = LOOKS[KINDS[state] ?? 'other'];
  return (
    <span className={`state state-${look}`}>
      <Icon className="icon" aria-hidden="true" />
      {say(storyWords.states, state)}
    </span>
  );
}
