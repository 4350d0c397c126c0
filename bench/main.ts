import { readdirSync } from 'node:fs';

const NAMES = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !/^(main|compare)\.ts$|-card\.ts$/.test(file))
  .map((file) => file.replace('.ts', ''));

const HELP = `Measures. What was measured, where and how is in bench/RESULTS.md.

  npm run bench              a sale from tap to outcome, and its parts
  npm run bench -- NAME      one of: ${NAMES.join(', ')}
`;

const [name = 'sale'] = process.argv.slice(2);
if (name === '--help') {
  process.stdout.write(HELP);
} else if (NAMES.includes(name)) {
  await import(`./${name}.ts`);
} else {
  process.stderr.write(`There is no benchmark ${name}.\n\n${HELP}`);
  process.exitCode = 2;
}
