import { describe, expect, test } from 'vitest';
import { findSystemPart, needsMark, SYSTEM_PARTS, type SystemPartName } from './system-parts.ts';

/**
 * A group of tests that needs a part of the system; `tests` gets the part's files. Where it is
 * absent they are left out and named at the end of the run; with CI=true they fail instead.
 */
export function describeWith(
  name: SystemPartName,
  title: string,
  tests: (files: readonly string[]) => void,
): void {
  const files = findSystemPart(name);
  const marked = `${title} ${needsMark(name)}`;
  if (files) {
    describe(marked, () => tests(files));
  } else if (process.env['CI']) {
    test(marked, () => expect.fail(`${name} is not installed: ${SYSTEM_PARTS[name].install}`));
  } else {
    test.skip(marked, () => undefined);
  }
}
