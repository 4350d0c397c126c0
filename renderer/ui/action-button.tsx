import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { KeyHint } from './key-hint.tsx';
import './action-button.css';

/** A button with its key on it. `main` is the one action of a panel, 64 px high. */
export function ActionButton(props: {
  readonly children?: ReactNode;
  readonly onPress?: () => void;
  readonly keys?: string;
  readonly icon?: ReactNode;
  readonly look?: 'main' | 'plain' | 'quiet';
  /** What a screen reader says, when the words alone do not tell. */
  readonly label?: string;
  readonly isDisabled?: boolean;
  /** Whether it sends the form that it is in. */
  readonly isSubmit?: boolean;
}) {
  const { children, onPress, keys, icon, look = 'plain', label, isDisabled = false } = props;
  const { isSubmit = false } = props;
  return (
    <Button
      className={`action-button action-button-${look}`}
      isDisabled={isDisabled}
      type={isSubmit ? 'submit' : 'button'}
      {...(onPress === undefined ? {} : { onPress })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(keys === undefined ? {} : { 'aria-keyshortcuts': shortcutName(keys) })}
    >
      {icon}
      {children !== undefined && <span className="action-button-words">{children}</span>}
      {keys !== undefined && <KeyHint keys={keys} />}
    </Button>
  );
}

/** The key's name as `aria-keyshortcuts` wants it. */
function shortcutName(keys: string): string {
  const names: Readonly<Record<string, string>> = {
    Esc: 'Escape',
    Ctrl: 'Control',
    Del: 'Delete',
    '+': 'Plus',
    '−': '-',
  };
  return keys
    .split(' ')
    .map((key) => names[key] ?? key)
    .join('+');
}
