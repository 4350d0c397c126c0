import type { FieldContent, FieldSpec } from './spec.ts';

/** The row of a part of a composite field, by its id, tag or number. */
export function partRow(content: FieldContent | undefined, id: string): FieldSpec | undefined {
  if (typeof content !== 'object') return undefined;
  if (content.kind === 'positional') return content.parts.find((part) => part.id === id);
  const parts: Readonly<Record<string, FieldSpec>> = content.parts;
  return Object.hasOwn(parts, id) ? parts[id] : undefined;
}
