import { expect, test } from 'vitest';
import { isConstructed, isTag } from '../../tlv/tag.ts';
import type { TagContext, TagEntry } from './tag-entry.ts';
import { dolFormat, TAG_ENTRIES, tagEntry, tagSensitivity } from './tags.ts';

const names = (entries: readonly TagEntry[]): readonly string[] =>
  entries.map(({ tag, name }) => `${tag} ${name}`);

test('every row is a tag, with a name, lengths in order and a citation', () => {
  expect(TAG_ENTRIES.length).toBeGreaterThan(380);
  for (const { tag, name, lengthBytes, citation } of TAG_ENTRIES) {
    expect(isTag(tag), tag).toBe(true);
    expect(name, tag).toMatch(/^[A-Z]/);
    expect(lengthBytes[0], tag).toBeLessThanOrEqual(lengthBytes[1]);
    expect(citation, tag).toMatch(/^(EMV|Visa|M\/Chip|Tessera)/);
  }
});

test('constructed tags are templates, and no others are', () => {
  const wrong = TAG_ENTRIES.filter(
    ({ tag, format }) => isConstructed(tag) !== (format === 'template'),
  );
  expect(names(wrong)).toEqual([]);
});

test('every template that a row may be found in has a row', () => {
  const known = new Set(TAG_ENTRIES.map(({ tag }) => tag));
  const asked = TAG_ENTRIES.flatMap(({ templates }) => templates);
  expect(asked.filter((template) => !known.has(template))).toEqual([]);
});

test('no tag has two meanings in one context', () => {
  const keys = TAG_ENTRIES.map(({ tag, kernel, inTemplatesOnly, templates, citation }) =>
    [tag, kernel, inTemplatesOnly && templates, citation].join(' '),
  );
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

test('a name is a name of one meaning, so that it can say how a value is read', () => {
  const shapes = new Map<string, string>();
  for (const { name, format, lengthBytes } of TAG_ENTRIES) {
    const shape = `${format} ${lengthBytes.join('-')}`;
    // Data lists and records of kernels 2 and 8 differ in nothing but their limits.
    if (format === 'template' || lengthBytes[1] > 252) continue;
    const known = shapes.get(name) ?? shape;
    if (!SAME_NAME_TWO_SHAPES.includes(name)) expect(shape, name).toBe(known);
    shapes.set(name, shape);
  }
});

const SAME_NAME_TWO_SHAPES = ['Kernel configuration', 'Proceed to first write flag'];

test.each([
  ['9F6E', {}, 'Form factor indicator'],
  ['9F6E', { kernel: 3 }, 'Form factor indicator'],
  ['9F6E', { kernel: 2 }, 'Third party data'],
  ['9F6E', { kernel: 4 }, 'Enhanced contactless reader capabilities'],
  ['9F6E', { lengthBytes: 11 }, 'Third party data'],
  ['9F6C', { kernel: 2 }, 'Magstripe application version number (card)'],
  ['9F6C', { kernel: 3 }, 'Card transaction qualifiers'],
  ['9F6C', { kernel: 7 }, 'Card transaction qualifiers'],
  ['9F66', { kernel: 2 }, 'Positions of unpredictable number and ATC in track 2'],
  ['9F66', { kernel: 3 }, 'Terminal transaction qualifiers'],
  ['9F5D', {}, 'Available offline spending amount'],
  ['9F5D', { lengthBytes: 3 }, 'Application capabilities information'],
  ['9F6B', { kernel: 2 }, 'Track 2 data, magstripe mode'],
  ['9F6B', { kernel: 3 }, 'Card CVM limit'],
  ['9F7E', { kernel: 2 }, 'Mobile support indicator'],
  ['82', { template: '77' }, 'Application interchange profile'],
  ['82', { template: 'A1' }, 'Biometric subtype'],
  ['DF50', { template: 'BF4C' }, 'Facial try counter'],
  ['DF50', { template: 'BF4D' }, 'Preferred facial attempts'],
  ['9F8104', { kernel: 8 }, 'Card TVR'],
  ['DF8129', {}, 'Outcome parameter set'],
] satisfies readonly (readonly [string, TagContext, string])[])(
  '%s in %j: %s',
  (tag, context, name) => {
    expect(tagEntry(tag, context)?.name).toBe(name);
  },
);

test('a tag that is in no row is not known', () => {
  expect(tagEntry('DF7F')).toBeUndefined();
  expect(tagSensitivity('DF7F')).toBeUndefined();
  expect(tagEntry('9f02')).toBeUndefined();
});

test.each([
  ['5A', 'pan'],
  ['57', 'track'],
  ['56', 'track'],
  ['9F6B', 'track'],
  ['5F20', 'track'],
  ['9F0B', 'track'],
  ['9F1F', 'track'],
  ['9F20', 'track'],
  ['9F24', 'track'],
  ['5F53', 'track'],
  ['DF812A', 'track'],
  ['DF812B', 'track'],
  // Whoever has the issuer's key, which is on the card, reads the PAN in it.
  ['9F46', 'track'],
  ['9F2D', 'track'],
  ['99', 'pin'],
  // A script may hold an enciphered PIN block.
  ['86', 'pin'],
  ['9F02', 'none'],
  ['9F26', 'none'],
] as const)('%s is %s', (tag, sensitivity) => {
  expect(tagSensitivity(tag)).toBe(sensitivity);
});

test('where the meaning is not known, the most sensitive one counts', () => {
  expect(tagSensitivity('9F6B')).toBe('track');
  expect(tagSensitivity('9F6B', { kernel: 3 })).toBe('none');
  expect(tagSensitivity('DF51', { template: 'BF4C' })).toBe('none');
  expect(tagSensitivity('DF51', { template: 'BF4E' })).toBe('pin');
  expect(tagSensitivity('DF51')).toBe('pin');
});

test('how a DOL lays out values', () => {
  expect(
    ['9F02', '5A', '9F37', '50', '5F2D', '5F55', '70', 'DF7F'].map((tag) => dolFormat(tag)),
  ).toEqual(['n', 'cn', 'b', 'ans', 'an', 'an', 'b', 'b']);
  expect([dolFormat('9F6A', 2), dolFormat('9F6B', 3)]).toEqual(['n', 'n']);
});
