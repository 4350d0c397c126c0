import { Watch } from 'lucide-react';
import type { TerminalState } from '#bridge/terminal-api.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { words } from '../ui/words.ts';
import { useTill } from './till-context.ts';
import './demo-strip.css';

/** In the demonstration only: presents one of its wearables by a touch or a key. */
export function DemoStrip({ terminal }: { readonly terminal: TerminalState }) {
  const { till } = useTill();
  return (
    <aside className="demo-strip" aria-label={words.demo.strip}>
      <p className="demo-strip-title">{words.demo.title}</p>
      <ul className="demo-strip-list">
        {terminal.demoWearables.map((wearable, index) => (
          <li key={wearable.wearableId}>
            <ActionButton
              icon={<Watch className="demo-strip-icon" aria-hidden="true" />}
              keys={words.keys.wearable(index + 1)}
              label={`${wearable.name}, ${wearable.hint}`}
              onPress={() => void till.presentWearable(index)}
            >
              <span className="demo-strip-name">{wearable.name}</span>
              <span className="demo-strip-hint">{wearable.hint}</span>
            </ActionButton>
          </li>
        ))}
      </ul>
    </aside>
  );
}
