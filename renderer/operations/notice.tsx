import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** What a notice means; an icon goes with it, and a sentence. */
export type NoticeTone = 'positive' | 'caution' | 'negative';

const ICONS = { positive: CircleCheck, caution: TriangleAlert, negative: CircleAlert };

/** A sentence that somebody should read. Whether it is read out is up to where it stands. */
export function Notice(props: { readonly tone: NoticeTone; readonly children: ReactNode }) {
  const Icon = ICONS[props.tone];
  return (
    <div className={`notice notice-${props.tone}`}>
      <Icon className="notice-icon" aria-hidden="true" />
      <div>{props.children}</div>
    </div>
  );
}
