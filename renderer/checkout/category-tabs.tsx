import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { KeyHint } from '../ui/key-hint.tsx';
import { words } from '../ui/words.ts';
import './category-tabs.css';

/** The key of the first tab; no category has an empty name. */
const favouritesKey = '';

/**
 * The categories as tabs, favourites first, over the tiles of the chosen one. Arrow keys move
 * between them. A search goes through all of them, so its summary stands in their place.
 */
export function CategoryTabs(props: {
  readonly categories: readonly string[];
  /** Undefined: favourites. */
  readonly selected: string | undefined;
  readonly onSelect: (category: string | undefined) => void;
  readonly searchSummary: string | undefined;
  readonly children: ReactNode;
}) {
  const { categories, selected, onSelect, searchSummary, children } = props;
  const isSearch = searchSummary !== undefined;
  return (
    <Tabs
      className="category-tabs"
      selectedKey={selected ?? favouritesKey}
      onSelectionChange={(key) => onSelect(key === favouritesKey ? undefined : String(key))}
    >
      {isSearch && <p className="search-summary">{searchSummary}</p>}
      <div className="category-tabs-row" hidden={isSearch}>
        <TabList
          className="category-tabs-list"
          aria-label={words.categories.label}
          aria-keyshortcuts={words.keys.categories}
        >
          <CategoryTab id={favouritesKey} name={words.categories.favourites} />
          {categories.map((category) => (
            <CategoryTab key={category} id={category} name={category} />
          ))}
        </TabList>
        <KeyHint keys={words.keys.categories} />
      </div>
      <TabPanel
        className="category-tabs-panel"
        id={selected ?? favouritesKey}
        {...(isSearch ? { 'aria-label': searchSummary } : {})}
      >
        {children}
      </TabPanel>
    </Tabs>
  );
}

function CategoryTab({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <Tab id={id} className="category-tab">
      {name}
    </Tab>
  );
}
