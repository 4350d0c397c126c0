import { useEffect, useRef } from 'react';
import { useNow } from '../checkout/use-now.ts';
import { duration, type OperationsFormat } from './format.ts';
import { Notice } from './notice.tsx';
import { useOperations } from './operations-context.ts';
import { OverviewView } from './overview.tsx';
import { PaymentsView } from './payments.tsx';
import { parseRoute, type Route, useHash } from './route.ts';
import { StoryView } from './story.tsx';
import { TopBar } from './top-bar.tsx';
import { useOverview, type Watched } from './use-overview.ts';
import { VerificationView } from './verification.tsx';
import { words } from './words.ts';

/** Three looks that did not succeed, or so long without one that did. */
const STALE_AFTER_MS = 7_000;
const SECOND_MS = 1_000;

/** The views, under one bar that says whether what is shown is live. */
export function Workspace({ onLogOut }: { readonly onLogOut: () => void }) {
  const { onLoggedOut } = useOperations();
  const watched = useOverview(onLoggedOut);
  const nowMs = useNow(SECOND_MS, true);
  const hash = useHash();
  const route = parseRoute(hash);
  const main = useFocusOnChange(hash.split('?')[0] ?? '');
  const isStale = isStaleAt(watched, nowMs);
  return (
    <div className="workspace" data-stale={isStale}>
      <a
        className="skip-link"
        href={hash === '' ? '#/' : hash}
        onClick={() => main.current?.focus()}
      >
        {words.skip}
      </a>
      <TopBar view={route.view} watched={watched} isStale={isStale} onLogOut={onLogOut} />
      <StaleNotice watched={watched} isStale={isStale} nowMs={nowMs} />
      <main className="views" ref={main} tabIndex={-1}>
        <View route={route} watched={watched} nowMs={nowMs} />
      </main>
    </div>
  );
}

function View(props: { readonly route: Route; readonly watched: Watched; readonly nowMs: number }) {
  const { route, watched, nowMs } = props;
  switch (route.view) {
    case 'overview':
      return <OverviewView overview={watched.overview} nowMs={nowMs} />;
    case 'payments':
      return <PaymentsView key={`${route.filters}`} filters={route.filters} />;
    case 'story':
      return <StoryView key={JSON.stringify(route.payment)} payment={route.payment} />;
    case 'verification':
      return <VerificationView />;
    default:
      return route satisfies never;
  }
}

/** Seen at once, and read out once: the age in it changes every second. */
function StaleNotice(props: {
  readonly watched: Watched;
  readonly isStale: boolean;
  readonly nowMs: number;
}) {
  const { watched, isStale, nowMs } = props;
  const { format } = useOperations();
  const wasStale = useRef(false);
  if (isStale) wasStale.current = true;
  const spoken = isStale ? words.live.lost : wasStale.current ? words.live.back : '';
  return (
    <>
      <output className="spoken" aria-live="polite">
        {spoken}
      </output>
      {isStale && (
        <div className="stale">
          <Notice tone="negative">{staleSentence(watched, nowMs, format)}</Notice>
        </div>
      )}
    </>
  );
}

function staleSentence(
  { receivedAtMs, failure }: Watched,
  nowMs: number,
  format: OperationsFormat,
): string {
  if (receivedAtMs === undefined) {
    return failure === undefined || failure === 'unreachable'
      ? words.live.nothingYet
      : words.failures[failure];
  }
  const [time, age] = [format.time(receivedAtMs), duration(nowMs - receivedAtMs)];
  if (failure === undefined || failure === 'unreachable') return words.live.staleDetail(time, age);
  return words.live.refused(time, age, words.failures[failure]);
}

/** Whether what is shown is not how things are: the last look failed, or is too long ago. */
function isStaleAt({ receivedAtMs, failure }: Watched, nowMs: number): boolean {
  if (failure !== undefined) return true;
  return receivedAtMs !== undefined && nowMs - receivedAtMs > STALE_AFTER_MS;
}

/** Moves the focus to the view that was gone to, as a browser does with a new page. */
function useFocusOnChange(path: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    main.current?.focus();
    scrollTo(0, 0);
  }, [path]);
  return main;
}
