import { parseCLI, startVitest, type TestCase } from 'vitest/node';
import {
  findSystemPart,
  needsMark,
  SYSTEM_PARTS,
  type SystemPartName,
} from '../checks/system-parts.ts';

const HELP = `Runs the tests.

  npm test
  npm test -- --project unit
  npm test -- kernel/tlv

  --project NAME   unit, integration, postgresql or e2e
  PATH             only the test files whose path holds this

What vitest takes besides is passed on. Exit code: 0 only when something ran and nothing failed.
`;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const { filter, options } = parseCLI(['vitest', 'run', ...argv]);
  const vitest = await startVitest(filter, { ...options, watch: false });
  await vitest.close();
  const files = vitest.state.getTestModules();
  const tests = files.flatMap((file) => [...file.children.allTests()]);
  const count = (state: string): number => tests.filter((t) => t.result().state === state).length;
  const broken = files.filter((file) => file.state() === 'failed' && !hasFailedTest(file.children));
  const failed = count('failed') + broken.length + vitest.state.getUnhandledErrors().length;
  nameAbsentParts(tests);
  const [passed, skipped] = [count('passed'), count('skipped')];
  const closing = `${passed} passed, ${failed} failed`;
  process.stdout.write(`\n${skipped > 0 ? `${closing}, ${skipped} skipped` : closing}\n`);
  return passed > 0 && failed === 0 ? 0 : 1;
}

function hasFailedTest(children: { allTests(state?: 'failed'): Iterable<TestCase> }): boolean {
  return [...children.allTests('failed')].length > 0;
}

/** Says which parts of the system were missing, and which tests were left out for it. */
function nameAbsentParts(tests: readonly TestCase[]): void {
  for (const name of Object.keys(SYSTEM_PARTS) as SystemPartName[]) {
    if (findSystemPart(name)) continue;
    const leftOut = tests.filter(
      (t) => t.result().state === 'skipped' && t.fullName.includes(needsMark(name)),
    );
    if (leftOut.length === 0) continue;
    const { what, install } = SYSTEM_PARTS[name];
    process.stdout.write(`\nLeft out for want of ${name} (${what}); to install it: ${install}\n`);
    for (const test of leftOut) process.stdout.write(`  ${test.fullName}\n`);
  }
}
