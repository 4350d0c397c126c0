import type { Story } from './cloud-client.ts';
import { useOperations } from './operations-context.ts';
import { Panel } from './panel.tsx';
import { shownFeature } from './shown-feature.ts';
import { say, storyWords } from './story-words.ts';
import { words } from './words.ts';

type Decision = NonNullable<Story['decision']>;

const DIGEST_SHOWN = 12;

/** How risky a payment was found, why, and what was asked of the cardholder for it. */
export function DecisionPanel({ decision }: { readonly decision: Story['decision'] }) {
  if (decision === null) {
    return (
      <Panel title={storyWords.decision}>
        <p className="empty">{storyWords.noDecision}</p>
      </Panel>
    );
  }
  const { features, meanings, mattered, rulesDigest, modelDigest } = decision;
  const result = readResult(decision.result);
  const challenger = decision.challengerResult && readResult(decision.challengerResult);
  const reasons = Object.entries(meanings);
  const others = Object.keys(features);
  return (
    <Panel title={storyWords.decision}>
      <p className="decision-score">{storyWords.score(result.score, tierOf(result.tier))}</p>
      {decision.isFraud && <p className="strong">{storyWords.fraud}</p>}
      <h3 className="part-title">{storyWords.required}</h3>
      <p>
        {sentence(say(storyWords.methods, result.requiredMethod))}{' '}
        {result.exemption !== undefined &&
          storyWords.exemption(say(storyWords.exemptions, result.exemption))}
      </p>
      <h3 className="part-title">{storyWords.reasons}</h3>
      {reasons.length === 0 ? (
        <p>{storyWords.noReasons}</p>
      ) : (
        <ol className="reasons">
          {reasons.map(([code, meaning]) => (
            <li key={code}>
              {sentence(meaning === '' ? storyWords.noMeaning : meaning)}{' '}
              <small className="small">{code}</small>
            </li>
          ))}
        </ol>
      )}
      {mattered.length > 0 && (
        <>
          <h3 className="part-title">{storyWords.mattered}</h3>
          <Features names={mattered} features={features} />
        </>
      )}
      <details className="details">
        <summary>{storyWords.allFeatures}</summary>
        <Features names={others} features={features} />
      </details>
      {challenger && <p>{storyWords.challenger(challenger.score, tierOf(challenger.tier))}</p>}
      <p className="small">
        {storyWords.decidedBy} {storyWords.rules(rulesDigest.slice(0, DIGEST_SHOWN))},{' '}
        {modelDigest === null
          ? storyWords.noModel
          : storyWords.model(modelDigest.slice(0, DIGEST_SHOWN))}
      </p>
    </Panel>
  );
}

function Features(props: {
  readonly names: readonly string[];
  readonly features: Decision['features'];
}) {
  const { format } = useOperations();
  return (
    <dl className="facts">
      {props.names.map((name) => (
        <div key={name} className="fact">
          <dt>{say(storyWords.features, name)}</dt>
          <dd>{shownFeature(name, props.features, format)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A score as it is logged; its keys are the scorer's. */
function readResult(result: Decision['result']) {
  const { score, tier, requiredMethod, exemption } = result;
  return {
    score: typeof score === 'number' ? score : 0,
    tier: String(tier),
    requiredMethod: String(requiredMethod),
    exemption: typeof exemption === 'string' ? exemption : undefined,
  };
}

function tierOf(tier: string): string {
  return say(words.scores.tiers, tier).toLowerCase();
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
