import type { Tlv } from './ber.ts';

/**
 * The first object at a path of tags from the outermost in, for example `6F.A5.BF0C.61.4F`; `*`
 * stands for any one tag.
 */
export function findPath(objects: readonly Tlv[], path: string): Tlv | undefined {
  return allAt(objects, path.split('.')).next().value;
}

/** Every object at a path of tags, in their order. */
export function findAllPaths(objects: readonly Tlv[], path: string): readonly Tlv[] {
  return [...allAt(objects, path.split('.'))];
}

function* allAt(
  objects: readonly Tlv[],
  [step, ...rest]: readonly string[],
): Generator<Tlv, undefined> {
  for (const object of objects) {
    if (step !== '*' && step !== object.tag) continue;
    if (rest.length === 0) yield object;
    else yield* allAt(object.children ?? [], rest);
  }
}
