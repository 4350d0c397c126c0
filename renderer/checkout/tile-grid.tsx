import { SearchX } from 'lucide-react';
import { memo, type RefObject, useMemo } from 'react';
import { GridList, GridListItem } from 'react-aria-components';
import type { CatalogueItem } from '#bridge/terminal-api.ts';
import { ItemPicture } from '../ui/item-picture.tsx';
import type { ShopFormat } from '../ui/money.ts';
import { words } from '../ui/words.ts';
import type { CatalogueView } from './use-catalogue.ts';
import './tile-grid.css';

/**
 * The articles as tiles: picture, name, price. Arrow keys move, Enter adds. Drawn anew only when
 * its articles change, not with every key of a search.
 */
export const TileGrid = memo(function TileGrid(props: {
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly catalogue: CatalogueView;
  readonly format: ShopFormat;
  readonly onChoose: (item: CatalogueItem) => void;
}) {
  const { grid, catalogue, format, onChoose } = props;
  const tiles = useMemo(
    () => catalogue.items.map((item) => ({ ...item, id: item.itemId })),
    [catalogue.items],
  );
  return (
    <GridList
      ref={grid}
      className="tile-grid"
      aria-label={words.items.label}
      layout="grid"
      selectionMode="none"
      disallowTypeAhead
      items={tiles}
      dependencies={[format, catalogue.categories]}
      onAction={(key) => {
        const item = catalogue.items.find((candidate) => candidate.itemId === key);
        if (item !== undefined) onChoose(item);
      }}
      renderEmptyState={() => <NoTiles catalogue={catalogue} />}
    >
      {(item) => (
        <Tile
          item={item}
          format={format}
          categoryIndex={catalogue.categories.indexOf(item.category)}
        />
      )}
    </GridList>
  );
});

function Tile(props: {
  readonly item: CatalogueItem;
  readonly format: ShopFormat;
  readonly categoryIndex: number;
}) {
  const { item, format, categoryIndex } = props;
  const price = format.amount(item.priceMinor);
  return (
    <GridListItem id={item.itemId} className="tile" textValue={`${item.name}, ${price}`}>
      <ItemPicture
        itemId={item.itemId}
        name={item.name}
        category={item.category}
        categoryIndex={categoryIndex}
      />
      <span className="tile-name">{item.name}</span>
      <span className="tile-price">{price}</span>
    </GridListItem>
  );
}

function NoTiles({ catalogue }: { readonly catalogue: CatalogueView }) {
  const { title, detail } = emptyWords(catalogue);
  return (
    <div className="tile-grid-empty">
      {catalogue.status === 'ready' && <SearchX aria-hidden="true" />}
      <p className="tile-grid-empty-title">{title}</p>
      {detail !== undefined && <p>{detail}</p>}
    </div>
  );
}

function emptyWords(catalogue: CatalogueView): { title: string; detail?: string } {
  switch (catalogue.status) {
    case 'loading':
      return { title: words.search.loading };
    case 'unavailable':
      return { title: words.search.unavailable, detail: words.search.unavailableDetail };
    case 'ready':
      return catalogue.query === ''
        ? { title: words.search.empty }
        : { title: words.search.none(catalogue.query), detail: words.search.noneDetail };
    default:
      return catalogue.status satisfies never;
  }
}
