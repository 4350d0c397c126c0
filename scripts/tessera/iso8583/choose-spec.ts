import { readFileSync } from 'node:fs';
import { parseInlineSpec } from '#certify/compact-spec.ts';
import type { MessageSpec } from '#kernel/iso8583/spec.ts';
import { findSpec, SHIPPED_SPECS } from '#kernel/iso8583/specs/find-spec.ts';
import { UsageError } from '../command.ts';
import { parseJson } from '../run-kind.ts';

/** How a specification is given, for every command's help. */
export const SPEC_HELP =
  '  --spec NAME|FILE.json  a shipped specification (`tessera iso8583 specs`), or a file of one';

/** The specification of that name, or in that file in either form a vector may have it. */
export function chooseSpec(name: string | undefined): MessageSpec {
  if (name === undefined) throw new UsageError('--spec is missing: NAME or FILE.json.');
  const shipped = findSpec(name);
  if (shipped) return shipped;
  const names = SHIPPED_SPECS.map((spec) => spec.name).join(', ');
  if (!name.endsWith('.json')) throw new UsageError(`There is no ${name}; there are ${names}.`);
  const spec = parseInlineSpec(parseJson(readSpecFile(name), `${name} is not JSON.`));
  if (!spec.ok) throw new UsageError(`${name} is no specification: see ${spec.error.path}.`);
  return spec.value;
}

function readSpecFile(name: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    throw new UsageError(`${name} cannot be read: ${String(error)}`);
  }
}
