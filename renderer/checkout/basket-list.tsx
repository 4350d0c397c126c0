import { Minus, Plus, Trash2 } from 'lucide-react';
import { type RefObject, useEffect } from 'react';
import { Button, GridList, GridListItem } from 'react-aria-components';
import { ActionButton } from '../ui/action-button.tsx';
import type { ShopFormat } from '../ui/money.ts';
import { words } from '../ui/words.ts';
import type { BasketLine } from './basket.ts';
import { useTill } from './till-context.ts';
import { isEditable, type TillSnapshot } from './till-snapshot.ts';
import { lineTotalMinor } from './totals.ts';
import './basket-list.css';

/** The lines of the basket. The selected one, which the keys act on, shows its controls. */
export function BasketList(props: {
  readonly list: RefObject<HTMLDivElement | null>;
  readonly snapshot: TillSnapshot;
}) {
  const { list, snapshot } = props;
  const { till } = useTill();
  const { lines, selectedLineId, flash, format, standing } = snapshot;
  const editable = isEditable(snapshot);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of these moves the line
  useEffect(() => {
    if (selectedLineId === undefined) return undefined;
    // The list draws a new row after its collection is built, which is one frame later.
    const frame = requestAnimationFrame(() => {
      const row = list.current?.querySelector(`[data-line="${CSS.escape(selectedLineId)}"]`);
      row?.scrollIntoView({ block: 'nearest' });
    });
    return () => cancelAnimationFrame(frame);
  }, [list, selectedLineId, flash, lines.length, standing.kind]);
  return (
    <GridList
      ref={list}
      className="basket-list"
      data-locked={!editable || undefined}
      aria-label={words.basket.lines}
      selectionMode="single"
      selectionBehavior="replace"
      disallowEmptySelection
      disallowTypeAhead
      escapeKeyBehavior="none"
      items={lines.map((line) => ({ ...line, id: line.lineId }))}
      dependencies={[selectedLineId, editable, flash, format]}
      selectedKeys={selectedLineId === undefined ? [] : [selectedLineId]}
      onSelectionChange={(keys) => {
        const [key] = keys === 'all' ? [] : keys;
        if (key !== undefined) till.basket.select(String(key));
      }}
    >
      {(line) => (
        <GridListItem
          id={line.lineId}
          className="basket-line"
          textValue={lineLabel(line, format)}
          data-line={line.lineId}
          data-flash={flash?.value === line.lineId ? flash.count % 2 : undefined}
        >
          <LineText line={line} format={format} />
          {editable && line.lineId === selectedLineId && <LineControls line={line} />}
        </GridListItem>
      )}
    </GridList>
  );
}

function LineText({ line, format }: { readonly line: BasketLine; readonly format: ShopFormat }) {
  return (
    <div className="basket-line-text">
      <span className="basket-line-name">{line.name}</span>
      <span className="basket-line-amount">{format.amount(lineTotalMinor(line))}</span>
      {line.quantity > 1 && (
        <span className="basket-line-price">
          {format.number(line.quantity)} × {format.amount(line.priceMinor)}
        </span>
      )}
    </div>
  );
}

function LineControls({ line }: { readonly line: BasketLine }) {
  const { till } = useTill();
  return (
    <div className="basket-line-controls">
      <Button
        className="basket-line-step"
        aria-label={words.basket.less(line.name)}
        aria-keyshortcuts="-"
        isDisabled={line.quantity <= 1}
        onPress={() => void till.basket.changeQuantity(-1)}
      >
        <Minus aria-hidden="true" />
      </Button>
      <span className="basket-line-quantity">{line.quantity}</span>
      <Button
        className="basket-line-step"
        aria-label={words.basket.more(line.name)}
        aria-keyshortcuts="Plus"
        onPress={() => void till.basket.changeQuantity(1)}
      >
        <Plus aria-hidden="true" />
      </Button>
      <ActionButton
        look="quiet"
        icon={<Trash2 className="basket-line-bin" aria-hidden="true" />}
        keys={words.keys.remove}
        label={words.basket.removeLabel(line.name)}
        onPress={() => void till.basket.removeLine()}
      >
        {words.basket.remove}
      </ActionButton>
    </div>
  );
}

function lineLabel(line: BasketLine, format: ShopFormat): string {
  return `${line.name}, ${format.number(line.quantity)} × ${format.amount(line.priceMinor)}`;
}
