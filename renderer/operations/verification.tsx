import { useState } from 'react';
import { ActionButton } from '../ui/action-button.tsx';
import { type Answer, cloud, isLoggedOut } from './cloud-client.ts';
import { Notice } from './notice.tsx';
import { useOperations } from './operations-context.ts';
import { Panel } from './panel.tsx';
import { type Told, tellAudit, tellLedger } from './verification-report.ts';
import { words } from './words.ts';

const said = words.verification;

/** Whether the audit log and the ledger are as they were written, by a button each. */
export function VerificationView() {
  const { session, format } = useOperations();
  const may = (scope: string) => session.scopes.includes(scope);
  return (
    <>
      <h1 className="view-title">{said.title}</h1>
      <p className="view-detail">{said.detail}</p>
      <div className="columns">
        <Panel title={said.audit}>
          <p>{said.auditDetail}</p>
          <Check
            action={said.verifyAudit}
            isAllowed={may('audit:read')}
            verify={cloud.verifyAudit}
            tell={(report) => tellAudit(report, format)}
          />
        </Panel>
        <Panel title={said.ledger}>
          <p>{said.ledgerDetail}</p>
          <Check
            action={said.verifyLedger}
            isAllowed={may('ledger:read')}
            verify={cloud.verifyLedger}
            tell={(report) => tellLedger(report, format)}
          />
        </Panel>
      </div>
    </>
  );
}

type Stage<T> = { readonly is: 'idle' | 'working' } | { is: 'done'; answer: Answer<T>; at: number };

function Check<T>(props: {
  readonly action: string;
  readonly isAllowed: boolean;
  readonly verify: () => Promise<Answer<T>>;
  readonly tell: (report: T) => Told;
}) {
  const { action, isAllowed, verify, tell } = props;
  const { onLoggedOut, format } = useOperations();
  const [stage, setStage] = useState<Stage<T>>({ is: 'idle' });
  if (!isAllowed) return <Notice tone="caution">{said.notAllowed}</Notice>;
  const run = async () => {
    if (stage.is === 'working') return;
    setStage({ is: 'working' });
    const answer = await verify();
    if (!answer.ok && isLoggedOut(answer.failure)) onLoggedOut();
    else setStage({ is: 'done', answer, at: Date.now() });
  };
  return (
    <>
      <ActionButton onPress={run}>{stage.is === 'working' ? said.working : action}</ActionButton>
      <div className="outcome" aria-live="polite">
        {stage.is === 'done' && (
          <>
            <Result answer={stage.answer} tell={tell} />
            <p className="small">{said.asOf(format.time(stage.at))}</p>
          </>
        )}
      </div>
    </>
  );
}

function Result<T>(props: { readonly answer: Answer<T>; readonly tell: (report: T) => Told }) {
  const { answer, tell } = props;
  if (!answer.ok) return <Notice tone="caution">{words.failures[answer.failure]}</Notice>;
  const { isSound, headline, lines } = tell(answer.value);
  return (
    <Notice tone={isSound ? 'positive' : 'negative'}>
      <p className="strong">{headline}</p>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Notice>
  );
}
