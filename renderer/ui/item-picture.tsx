import { categoryTint, itemIcon } from './item-icons.ts';
import './item-picture.css';

const columns = 7;
const rows = 4;

/**
 * The picture of an article that has no photograph: its pictogram on a small mosaic. The hue is the
 * category's (`categoryIndex` counts from 0), the mosaic the article's own.
 */
export function ItemPicture(props: {
  readonly itemId: string;
  readonly name: string;
  readonly category: string;
  readonly categoryIndex: number;
}) {
  const Icon = itemIcon(props.name, props.category);
  return (
    <span className="item-picture" data-tint={categoryTint(props.category, props.categoryIndex)}>
      <svg
        aria-hidden="true"
        className="item-picture-mosaic"
        viewBox={`0 0 ${columns * 10} ${rows * 10}`}
        preserveAspectRatio="xMidYMid slice"
      >
        <path d={mosaicPath(hash(props.itemId))} />
      </svg>
      <Icon className="item-picture-icon" aria-hidden="true" />
    </span>
  );
}

/** One path of small rounded tiles to both sides of the icon; `seed` says which are laid. */
function mosaicPath(seed: number): string {
  let state = seed || 1;
  let path = '';
  for (let cell = 0; cell < columns * rows; cell += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const column = cell % columns;
    const underIcon = column > 1 && column < columns - 2;
    if (underIcon || (state & 3) > 1) continue;
    const x = column * 10 + 1;
    const y = Math.floor(cell / columns) * 10 + 1;
    path += `M${x + 2} ${y}h4a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-4a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2z`;
  }
  return path;
}

/** FNV-1a, 32 bits: the same picture for the same article on every till. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
