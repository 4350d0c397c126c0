import { useSyncExternalStore } from 'react';
import type { PaymentName } from './cloud-client.ts';

/** What of the page is shown; it is in the address, so that it survives a reload. */
export type Route =
  | { readonly view: 'overview' | 'verification' }
  | { readonly view: 'payments'; readonly filters: URLSearchParams }
  | { readonly view: 'story'; readonly payment: PaymentName };

const STORY = /^payments\/([A-Za-z0-9]{8})\/(\d{10})\/(\d{6})$/;

/** Reads the part of an address after `#`; what is none is the overview. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [, terminalId, transmittedAt, stan] = STORY.exec(path) ?? [];
  if (terminalId && transmittedAt && stan) {
    return { view: 'story', payment: { terminalId, transmittedAt, stan } };
  }
  if (path === 'payments') return { view: 'payments', filters: new URLSearchParams(query) };
  return { view: path === 'verification' ? 'verification' : 'overview' };
}

/** The address of one payment. */
export function storyHref({ terminalId, transmittedAt, stan }: PaymentName): string {
  return `#/payments/${terminalId}/${transmittedAt}/${stan}`;
}

/** The address of a list of payments; filters without a value are left out. */
export function paymentsHref(filters: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ''));
  return query.size === 0 ? '#/payments' : `#/payments?${query}`;
}

/** The part of the address after `#`, now and after each change. */
export function useHash(): string {
  return useSyncExternalStore(
    (changed) => {
      addEventListener('hashchange', changed);
      return () => removeEventListener('hashchange', changed);
    },
    () => location.hash,
  );
}
