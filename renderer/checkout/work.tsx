import { type RefObject, useCallback, useRef, useState } from 'react';
import type { CatalogueItem } from '#bridge/terminal-api.ts';
import { words } from '../ui/words.ts';
import { CategoryTabs } from './category-tabs.tsx';
import { DemoStrip } from './demo-strip.tsx';
import { parseEntry } from './entry.ts';
import { focusFirst, moveFocus, performAtTill } from './perform.ts';
import { NoticeLine, ScanField } from './scan-field.tsx';
import { TileGrid } from './tile-grid.tsx';
import { useTill } from './till-context.ts';
import { shownPayment, type TillSnapshot } from './till-snapshot.ts';
import { type CatalogueView, maxTiles, useCatalogue } from './use-catalogue.ts';
import { useKeys } from './use-keys.ts';

interface WorkProps {
  readonly snapshot: TillSnapshot;
  readonly list: RefObject<HTMLDivElement | null>;
  readonly onReceipts: () => void;
  readonly onParked: () => void;
}

/** Finding what is sold: the scan field, the categories, the tiles. */
export function Work(props: WorkProps) {
  const { snapshot } = props;
  const { terminal, format, notice } = snapshot;
  const { search, grid, text, changeText, entry, catalogue, choose, category, setCategory } =
    useWork(props);
  const canPresent = terminal?.payment?.state === 'ready' && terminal.demoWearables.length > 0;
  return (
    <main className="work">
      <ScanField input={search} text={text} onText={changeText} quantity={entry.quantity} />
      <NoticeLine notice={notice} />
      <CategoryTabs
        categories={catalogue.categories}
        selected={category}
        onSelect={setCategory}
        searchSummary={searchSummary(catalogue)}
      >
        <TileGrid grid={grid} catalogue={catalogue} format={format} onChoose={choose} />
      </CategoryTabs>
      {canPresent && <DemoStrip terminal={terminal} />}
    </main>
  );
}

/** What is typed, scanned and chosen, and the keys of the whole till. */
function useWork({ snapshot, list, onReceipts, onParked }: WorkProps) {
  const { till, api } = useTill();
  const search = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const [text, setText] = useState('');
  const [category, setCategory] = useState<string>();
  const entry = parseEntry(text);
  const query = entry.kind === 'search' ? entry.query : '';
  const catalogue = useCatalogue(api, query, category, snapshot.link === 'up');
  const changeText = (next: string) => {
    setText(next);
    if (next !== '') till.clearNotice();
  };
  const { quantity } = entry;
  const choose = useCallback(
    (item: CatalogueItem) => {
      void till.basket.add(item, quantity);
      setText('');
    },
    [till, quantity],
  );
  const submit = () => {
    if (entry.kind === 'barcode') {
      void till.basket.scan(entry.barcode, entry.quantity);
      return setText('');
    }
    const [first, ...more] = catalogue.query === query ? catalogue.items : [];
    if (query === '' || first === undefined) return;
    if (more.length === 0) choose(first);
    else focusFirst(grid);
  };
  useKeys({
    search,
    payment: shownPayment(snapshot)?.state,
    hasNotice: snapshot.notice !== undefined,
    scanned(barcode, rest) {
      const before = parseEntry(rest);
      void till.basket.scan(barcode, before.quantity);
      setText(before.kind === 'search' && before.query !== '' ? rest : '');
    },
    perform(action) {
      if (action.kind === 'submit-search') return submit();
      if (action.kind === 'clear-search') return setText('');
      if (action.kind === 'open-receipts') return onReceipts();
      if (action.kind === 'open-parked') return onParked();
      performAtTill(action, till);
      moveFocus(action, { search, grid, list });
    },
  });
  return { search, grid, text, changeText, entry, catalogue, choose, category, setCategory };
}

/** What a search found, or undefined when there is none; the tiles say when it found nothing. */
function searchSummary({ items, query }: CatalogueView): string | undefined {
  if (query === '') return undefined;
  if (items.length === 0) return '';
  const say = items.length >= maxTiles ? words.search.most : words.search.results;
  return say(items.length, query);
}
