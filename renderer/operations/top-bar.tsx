import { CircleCheck, LoaderCircle, LogOut, TriangleAlert } from 'lucide-react';
import { ActionButton } from '../ui/action-button.tsx';
import { Logo } from '../ui/logo.tsx';
import { useOperations } from './operations-context.ts';
import { paymentsHref, type Route } from './route.ts';
import type { Watched } from './use-overview.ts';
import { words } from './words.ts';
import './top-bar.css';

const VIEWS = [
  { href: '#/', name: words.nav.overview, views: ['overview'] },
  { href: paymentsHref(), name: words.nav.payments, views: ['payments', 'story'] },
  { href: '#/verification', name: words.nav.verification, views: ['verification'] },
];

/** Where one is, who one is, and whether what is shown is live. */
export function TopBar(props: {
  readonly view: Route['view'];
  readonly watched: Watched;
  readonly isStale: boolean;
  readonly onLogOut: () => void;
}) {
  const { session } = useOperations();
  const { merchantId } = session;
  return (
    <header className="bar">
      <div className="bar-name">
        <Logo />
        <span>{words.title}</span>
      </div>
      <nav className="bar-views" aria-label={words.nav.label}>
        {VIEWS.map(({ href, name, views }) => (
          <a
            key={href}
            className="bar-view"
            href={href}
            {...(views.includes(props.view) && { 'aria-current': 'page' })}
          >
            {name}
          </a>
        ))}
      </nav>
      <Live {...props} />
      <div className="bar-who">
        <span className="bar-key">{session.name}</span>
        <span>{merchantId === null ? words.operator : words.merchant(merchantId)}</span>
      </div>
      <ActionButton
        look="quiet"
        icon={<LogOut className="icon" aria-hidden="true" />}
        onPress={props.onLogOut}
      >
        {words.logOut}
      </ActionButton>
    </header>
  );
}

function Live({ watched, isStale }: { readonly watched: Watched; readonly isStale: boolean }) {
  const { format } = useOperations();
  const { receivedAtMs } = watched;
  const [look, Icon, said] = isStale
    ? (['negative', TriangleAlert, words.live.stale] as const)
    : receivedAtMs === undefined
      ? (['quiet', LoaderCircle, words.live.connecting] as const)
      : (['positive', CircleCheck, words.live.live(format.time(receivedAtMs))] as const);
  return (
    <p className={`live live-${look}`}>
      <Icon className="icon" aria-hidden="true" />
      <span>{said}</span>
    </p>
  );
}
