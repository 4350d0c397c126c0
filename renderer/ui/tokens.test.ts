import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const renderer = join(import.meta.dirname, '..');
const tokens = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const [lightBlock = '', darkBlock = ''] = tokens.split('@media (prefers-color-scheme: dark)');

type Colour = readonly [lightness: number, chroma: number, hueDegrees: number];

/** The opaque colours of one block, by token name. */
function colours(block: string): Map<string, Colour> {
  const found = new Map<string, Colour>();
  const row = /--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);/g;
  for (const [, name = '', l, c, h] of block.matchAll(row)) {
    found.set(name, [Number(l), Number(c), Number(h)]);
  }
  return found;
}

/** Relative luminance of WCAG 2.2 from OKLCH (Ottosson's OKLab matrices), clipped to sRGB. */
function luminance([l, c, hueDegrees]: Colour): number {
  const hue = (hueDegrees * Math.PI) / 180;
  const [a, b] = [c * Math.cos(hue), c * Math.sin(hue)];
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const red = clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short);
  const green = clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short);
  const blue = clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const surfaces = ['surface-page', 'surface-panel', 'surface-sunken', 'surface-hover'] as const;
const meanings = ['positive', 'caution', 'negative'] as const;
/** Amounts and names: 7:1. */
const strong: readonly (readonly [text: string, surface: string])[] = [
  ...surfaces.map((surface) => ['text-strong', surface] as const),
  ['text-strong', 'accent-surface'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['positive-text', 'surface-panel'],
  ['accent-text', 'accent-surface'],
];
/** Everything else that is read: 4.5:1. */
const plain: readonly (readonly [text: string, surface: string])[] = [
  ...surfaces.map((surface) => ['text-quiet', surface] as const),
  ['text-quiet', 'accent-surface'],
  ['accent-text', 'surface-panel'],
  ['accent-text', 'surface-sunken'],
  ...meanings.map((meaning) => [`${meaning}-text`, `${meaning}-surface`] as const),
];
/** What tells a control from its ground, and the focus ring: 3:1. */
const marks: readonly (readonly [mark: string, surface: string])[] = [
  ['border-control', 'surface-panel'],
  ['accent-text', 'surface-page'],
];

describe.each([
  ['light', colours(lightBlock)],
  ['dark', colours(darkBlock)],
])('contrast, %s', (_scheme, palette) => {
  function ratio(text: string, surface: string): number {
    const [one, other] = [palette.get(text), palette.get(surface)];
    if (one === undefined || other === undefined) throw new Error(`no ${text} or ${surface}`);
    return contrast(one, other);
  }
  test.each(strong)('7:1 for %s on %s', (text, surface) => {
    expect(ratio(text, surface)).toBeGreaterThanOrEqual(7);
  });
  test.each(plain)('4.5:1 for %s on %s', (text, surface) => {
    expect(ratio(text, surface)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(marks)('3:1 for %s on %s', (mark, surface) => {
    expect(ratio(mark, surface)).toBeGreaterThanOrEqual(3);
  });
});

test('the contrast of black on white is 21', () => {
  expect(contrast([0, 0, 0], [1, 0, 0])).toBeCloseTo(21, 2);
});

describe('nothing is hard-coded outside the tokens', () => {
  const sheets = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.css') && !name.endsWith('tokens.css'),
  );
  test.each(sheets)('%s', (name) => {
    const css = readFileSync(join(renderer, name), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    expect(css.match(/#[\da-f]{3,8}\b|\b(?:rgb|hsl|oklch|color-mix)a?\(/gi)).toBeNull();
    expect(css.match(/\d(?:px|rem|ms|s)\b/g)).toBeNull();
    for (const [, token = ''] of css.matchAll(/var\(--([\w-]+)/g)) {
      const own = css.includes(`--${token}:`) || tokens.includes(`--${token}:`);
      expect(own, `--${token} is defined`).toBe(true);
    }
  });
});
