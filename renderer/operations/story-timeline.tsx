import type { Story } from './cloud-client.ts';
import type { OperationsFormat } from './format.ts';
import { useOperations } from './operations-context.ts';
import { Panel } from './panel.tsx';
import { say, storyWords } from './story-words.ts';
import { type TimelineEvent, timelineOf } from './timeline.ts';

/** What happened, in order, in words. */
export function StoryTimeline({ story }: { readonly story: Story }) {
  const { format } = useOperations();
  return (
    <Panel title={storyWords.timeline}>
      <ol className="timeline">
        {timelineOf(story).map((event) => {
          const [title, ...details] = tellEvent(event, format);
          return (
            <li key={`${event.at} ${title}`} className="timeline-event">
              <time className="timeline-time" dateTime={event.at} title={format.dateTime(event.at)}>
                {format.time(event.at)}
              </time>
              <div>
                <p className="timeline-title">{title}</p>
                {details.map((detail) => (
                  <p key={detail} className="timeline-detail">
                    {detail}
                  </p>
                ))}
              </div>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

/** An event in words: a title, then what else there is to say. */
function tellEvent(event: TimelineEvent, format: OperationsFormat): readonly string[] {
  const stateNow = (state: string | undefined) =>
    state === undefined ? [] : [storyWords.stateNow(say(storyWords.states, state))];
  switch (event.what) {
    case 'message': {
      const { kind, amountMinor, currency, responseCode: code, state } = event;
      const money = format.money(amountMinor, currency);
      return [
        storyWords.messageOf(say(storyWords.kinds, kind), money),
        ...(code === null ? [] : [storyWords.answered(say(storyWords.answers, code), code)]),
        ...stateNow(state),
      ];
    }
    case 'act':
      return [say(storyWords.acts, event.act), ...stateNow(event.state)];
    case 'dispute':
      return [storyWords.disputeOpened(event.id, event.reason)];
    case 'ruling':
      return [storyWords.disputeRuled(event.id, event.state)];
    default:
      return event satisfies never;
  }
}
