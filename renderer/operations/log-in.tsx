import { type SubmitEvent, useId, useRef, useState } from 'react';
import { ActionButton } from '../ui/action-button.tsx';
import { Logo } from '../ui/logo.tsx';
import { cloud, type Session } from './cloud-client.ts';
import { Notice } from './notice.tsx';
import { words } from './words.ts';
import './log-in.css';

/** Asks for a key and exchanges it for a session; the key is kept nowhere. */
export function LogIn(props: {
  /** Why somebody who was logged in is asked again. */
  readonly notice: string | undefined;
  readonly onLoggedIn: (session: Session) => void;
}) {
  const { notice, onLoggedIn } = props;
  const [fault, setFault] = useState<string | undefined>();
  const [isChecking, setIsChecking] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const [fieldId, hintId, faultId] = [useId(), useId(), useId()];

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isChecking) return;
    const key = field.current?.value.trim() ?? '';
    if (key === '') {
      setFault(words.logIn.empty);
      field.current?.focus();
      return;
    }
    setIsChecking(true);
    setFault(undefined);
    const answer = await cloud.logIn(key);
    setIsChecking(false);
    if (answer.ok) {
      onLoggedIn(answer.value);
      return;
    }
    setFault(words.failures[answer.failure]);
    field.current?.select();
  };

  return (
    <main className="door">
      <form className="log-in" onSubmit={submit} noValidate aria-busy={isChecking}>
        <Logo />
        <h1 className="log-in-title">{words.logIn.title}</h1>
        <p className="log-in-detail">{words.logIn.detail}</p>
        {notice !== undefined && <Notice tone="caution">{notice}</Notice>}
        <label className="field" htmlFor={fieldId}>
          <span className="field-label">{words.logIn.key}</span>
          <input
            ref={field}
            id={fieldId}
            className="field-input"
            type="password"
            name="key"
            autoComplete="current-password"
            spellCheck={false}
            // biome-ignore lint/a11y/noAutofocus: it is the one thing that can be done here
            autoFocus
            aria-describedby={fault === undefined ? hintId : `${faultId} ${hintId}`}
            aria-invalid={fault !== undefined}
          />
        </label>
        <div id={faultId} role="alert">
          {fault !== undefined && <Notice tone="negative">{fault}</Notice>}
        </div>
        <ActionButton look="main" isSubmit>
          {isChecking ? words.logIn.checking : words.logIn.submit}
        </ActionButton>
        <p id={hintId} className="log-in-hint">
          {words.logIn.hint}
        </p>
      </form>
    </main>
  );
}
