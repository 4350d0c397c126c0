import { Tab, TabList, Tabs } from 'react-aria-components';
import { KeyHint } from '../ui/key-hint.tsx';
import { words } from '../ui/words.ts';
import './category-tabs.css';

/** The key of the first tab; no category has an empty name. */
const favouritesKey = '';

/** The categories as tabs, favourites first. Arrow keys move between them. */
export function CategoryTabs(props: {
  readonly categories: readonly string[];
  /** Undefined: favourites. */
  readonly selected: string | undefined;
  readonly onSelect: (category: string | undefined) => void;
}) {
  const { categories, selected, onSelect } = props;
  return (
    <Tabs
      className="category-tabs"
      selectedKey={selected ?? favouritesKey}
      onSelectionChange={(key) => onSelect(key === favouritesKey ? undefined : String(key))}
    >
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
    </Tabs>
  );
}

function CategoryTab({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <Tab id={id} className="category-tab" data-category={id}>
      {name}
    </Tab>
  );
}
