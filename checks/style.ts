import ts from 'typescript';
import type { SourceFile } from './source-files.ts';

/** The limits of docs/STYLE.md. */
export const LIMITS = { functionLines: 70, fileLines: 300, lineCharacters: 100 } as const;

/** Dictionaries and message specifications are data, as long as they are. */
const DATA_FOLDERS = /(^|\/)(dictionary|specs)\//;
/** Lists of test cases and of sample articles are data too. */
const DATA_FILES = /\.test\.tsx?$|\/sample-[a-z-]+\.ts$/;

/** What a file does against the style, a sentence each. */
export function styleFaults({ name, text }: SourceFile): readonly string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  return [
    ...nameFaults(name),
    ...lengthFaults(name, text),
    ...functionFaults(source),
    ...exportFaults(source, name),
  ];
}

function nameFaults(name: string): readonly string[] {
  const file = name.split('/').at(-1) ?? '';
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*\.(ts|tsx|mjs|cjs)$/;
  if (!kebab.test(file.replace(/^\./, ''))) return ['the name is not kebab-case'];
  if (/^(index|utils?|helpers?|common|misc)\.tsx?$/.test(file)) return ['the name says nothing'];
  return /manager/.test(file) ? ['nothing is a manager'] : [];
}

function lengthFaults(name: string, text: string): readonly string[] {
  const lines = text.replace(/\n$/, '').split('\n');
  const exempt = DATA_FOLDERS.test(name) || DATA_FILES.test(name);
  const long = lines.findIndex((line) => [...line].length > LIMITS.lineCharacters);
  return [
    ...(!exempt && lines.length > LIMITS.fileLines ? [`the file has ${lines.length} lines`] : []),
    ...(long >= 0 ? [`line ${long + 1} has over ${LIMITS.lineCharacters} characters`] : []),
  ];
}

function functionFaults(source: ts.SourceFile): readonly string[] {
  const faults: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && !isTestGroup(node)) {
      const line = (at: number): number => source.getLineAndCharacterOfPosition(at).line + 1;
      const start = line(node.getStart(source));
      const lines = line(node.end) - start + 1;
      if (lines > LIMITS.functionLines) {
        faults.push(`the function at line ${start} has ${lines} lines`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}

/** `describe('…', () => {…})` groups tests, as a contract does; what is counted is within it. */
function isTestGroup(node: ts.Node): boolean {
  if (ts.isFunctionDeclaration(node) && /^describe.*Contract$/.test(node.name?.text ?? ''))
    return true;
  const call = node.parent;
  if (!call || !ts.isCallExpression(call)) return false;
  return /^describe/.test(call.expression.getText());
}

function exportFaults(source: ts.SourceFile, name: string): readonly string[] {
  const { statements } = source;
  const isConfig = /\.config\.ts$|\.cjs$|\.mjs$/.test(name);
  const isDefault = (statement: ts.Statement): boolean =>
    ts.isExportAssignment(statement) ||
    (ts.canHaveModifiers(statement) &&
      (ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword) ?? false));
  const passesOn = statements.filter((s) => ts.isExportDeclaration(s) && s.moduleSpecifier);
  return [
    ...(!isConfig && statements.some(isDefault) ? ['it has a default export'] : []),
    ...(statements.length > 0 && passesOn.length === statements.length ? ['it is a barrel'] : []),
  ];
}
