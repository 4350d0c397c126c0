import { ArrowLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type Answer, cloud, isLoggedOut, type PaymentName, type Story } from './cloud-client.ts';
import { DecisionPanel } from './decision-panel.tsx';
import { Notice } from './notice.tsx';
import { useOperations } from './operations-context.ts';
import { paymentsHref } from './route.ts';
import { StateMark } from './state-mark.tsx';
import { StoryFacts } from './story-facts.tsx';
import { StoryRecords } from './story-records.tsx';
import { StoryTimeline } from './story-timeline.tsx';
import { say, storyWords } from './story-words.ts';
import { words } from './words.ts';
import './story.css';

/** While a payment is open its story grows. */
const EVERY_MS = 4_000;

/** One payment's whole story. */
export function StoryView({ payment }: { readonly payment: PaymentName }) {
  const answer = useStory(payment);
  return (
    <>
      <a className="button-link" href={paymentsHref()}>
        <ArrowLeft className="icon" aria-hidden="true" />
        {storyWords.back}
      </a>
      {answer === undefined && <p className="empty">{words.loading}</p>}
      {answer?.ok === false && (
        <div role="alert">
          <Notice tone="negative">{words.failures[answer.failure]}</Notice>
        </div>
      )}
      {answer?.ok && <WholeStory story={answer.value} />}
    </>
  );
}

function WholeStory({ story }: { readonly story: Story }) {
  const { format } = useOperations();
  const { transaction } = story;
  const { amountMinor, currency, state } = transaction;
  return (
    <>
      <h1 className="view-title">{storyWords.title(format.money(amountMinor, currency))}</h1>
      <div className="story-state">
        <StateMark state={state} />
        <p>{say(storyWords.stateMeanings, state)}</p>
      </div>
      <div className="story">
        <div className="story-column">
          <StoryTimeline story={story} />
          <StoryFacts payment={transaction} />
        </div>
        <DecisionPanel decision={story.decision} />
      </div>
      <StoryRecords story={story} />
    </>
  );
}

/** Asks again and again; what was told stays when the cloud does not answer. */
function useStory({ terminalId, transmittedAt, stan }: PaymentName): Answer<Story> | undefined {
  const { onLoggedOut } = useOperations();
  const [answer, setAnswer] = useState<Answer<Story>>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const look = async () => {
      const next = await cloud.story({ terminalId, transmittedAt, stan });
      if (isOver) return;
      if (!next.ok && isLoggedOut(next.failure)) return onLoggedOut();
      setAnswer((last) => (next.ok || !last?.ok ? next : last));
      timer = setTimeout(look, EVERY_MS);
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [terminalId, transmittedAt, stan, onLoggedOut]);
  return answer;
}
