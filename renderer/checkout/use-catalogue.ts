import { useEffect, useRef, useState } from 'react';
import type { CatalogueItem, TerminalApi } from '#bridge/terminal-api.ts';

/** What the tiles show. While a new answer is awaited the old one stays. */
export interface CatalogueView {
  readonly status: 'loading' | 'ready' | 'unavailable';
  readonly items: readonly CatalogueItem[];
  readonly categories: readonly string[];
  /** The query that `items` answer. */
  readonly query: string;
}

/** The most tiles at once, which is also the most the terminal gives. */
export const maxTiles = 200;
/** Typing waits this long before it asks. */
const debounceMs = 70;

/**
 * Follows a search. An empty query gives the category; without a category, the favourites. Asks
 * again when the line comes back (`linkUp`).
 */
export function useCatalogue(
  api: TerminalApi,
  query: string,
  category: string | undefined,
  linkUp: boolean,
): CatalogueView {
  const [view, setView] = useState<CatalogueView>({
    status: 'loading',
    items: [],
    categories: [],
    query: '',
  });
  const latest = useRef(0);
  useEffect(() => {
    if (!linkUp) return undefined;
    latest.current += 1;
    const mine = latest.current;
    const ask = async () => {
      const searching = query !== '';
      const answer = await api.searchCatalogue({
        query,
        category: searching ? '' : (category ?? ''),
        limit: maxTiles,
      });
      if (mine !== latest.current) return;
      if (!answer.ok) {
        setView((before) => ({ ...before, status: 'unavailable', query }));
        return;
      }
      const { items, categories } = answer.value;
      const all = searching || category !== undefined;
      setView({ status: 'ready', items: all ? items : favourites(items), categories, query });
    };
    const timer = setTimeout(ask, query === '' ? 0 : debounceMs);
    return () => clearTimeout(timer);
  }, [api, query, category, linkUp]);
  return view;
}

/** A shop that marked no favourites sees what it has. */
function favourites(items: readonly CatalogueItem[]): readonly CatalogueItem[] {
  const marked = items.filter((item) => item.favourite);
  return marked.length > 0 ? marked : items;
}
