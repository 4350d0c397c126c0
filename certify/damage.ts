import type { Json, JsonObject, Mutation } from './vector-kind.ts';

/** A text of the input cut short, after every `step` characters (2 for hex). */
export function* truncations(input: JsonObject, name: string, step: number): Iterable<Mutation> {
  const text = input[name];
  if (typeof text !== 'string') return;
  for (let length = 0; length < text.length; length += step) {
    const cut = { ...input, [name]: text.slice(0, length) };
    yield { damage: 'truncation', name: `${name} cut to ${length} characters`, input: cut };
  }
}

/** A hex text of the input at lengths that are not allowed: every shorter one, one byte longer. */
export function* wrongLengths(
  input: JsonObject,
  name: string,
  allowedBytes: readonly number[],
): Iterable<Mutation> {
  const text = input[name];
  if (typeof text !== 'string') return;
  for (const mutation of truncations(input, name, 2)) {
    const cut = mutation.input[name] as string;
    if (!allowedBytes.includes(cut.length / 2)) yield mutation;
  }
  if (!allowedBytes.includes(text.length / 2 + 1)) yield* trailing(input, name, '00');
}

/** A member of the input with each of these in its place. */
export function* replaced(
  input: JsonObject,
  name: string,
  damage: Mutation['damage'],
  values: readonly Json[],
): Iterable<Mutation> {
  if (!(name in input)) return;
  for (const value of values) {
    yield { damage, name: `${name} = ${value}`, input: { ...input, [name]: value } };
  }
}

/** The input without one of its members. */
export function* without(input: JsonObject, name: string): Iterable<Mutation> {
  if (!(name in input)) return;
  const { [name]: _, ...rest } = input;
  yield { damage: 'truncation', name: `no ${name}`, input: rest };
}

/** A text of the input with something behind it. */
export function* trailing(input: JsonObject, name: string, extra: string): Iterable<Mutation> {
  const text = input[name];
  if (typeof text !== 'string') return;
  const longer = { ...input, [name]: text + extra };
  yield { damage: 'trailing-byte', name: `${name} with ${extra} behind it`, input: longer };
}

/** A text of the input with one of its characters changed to another. */
export function* changed(
  input: JsonObject,
  name: string,
  damage: Mutation['damage'],
  places: Iterable<readonly [at: number, character: string]>,
): Iterable<Mutation> {
  const text = input[name];
  if (typeof text !== 'string') return;
  for (const [at, character] of places) {
    if (text[at] === character) continue;
    const other = text.slice(0, at) + character + text.slice(at + 1);
    yield { damage, name: `${name}[${at}] = ${character}`, input: { ...input, [name]: other } };
  }
}

/** Every character of a hex text, each turned into another hex digit. */
export function* everyDigit(text: string): Iterable<readonly [at: number, character: string]> {
  for (let at = 0; at < text.length; at++) yield [at, text[at] === '0' ? '1' : '0'];
}

/** This character at every place of a text, or at those from one place to another. */
export function* everywhere(
  text: string,
  character: string,
  from = 0,
  to = text.length,
): Iterable<readonly [at: number, character: string]> {
  for (let at = from; at < to; at++) yield [at, character];
}
