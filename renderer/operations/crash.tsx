import { Component, type ReactNode } from 'react';
import { ActionButton } from '../ui/action-button.tsx';
import { words } from './words.ts';

interface CrashState {
  readonly isBroken: boolean;
}

/** Says so when a view cannot be shown, for example what a newer cloud answers an older page. */
export class Crash extends Component<{ readonly children: ReactNode }, CrashState> {
  override state: CrashState = { isBroken: false };

  static getDerivedStateFromError(): CrashState {
    return { isBroken: true };
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    return (
      <main className="door">
        <p role="alert">{words.crashed}</p>
        <ActionButton onPress={() => location.reload()}>{words.reload}</ActionButton>
      </main>
    );
  }
}
