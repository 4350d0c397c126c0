import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Exchange } from './api-client.fixture.ts';

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: object }>>;

/** What of an OpenAPI document is looked at. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

/** Every answer that an OpenAPI document does not allow, as a line that says what and where. */
export function breachesOf(document: Document, exchanges: readonly Exchange[]): readonly string[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  return exchanges.flatMap(({ method, path, status, type, body }) => {
    const what = `${method} ${path} ${status}`;
    const operation = operationOf(document, method, path);
    // Of what is not in the document, only refusals are answered.
    if (!operation && status < 400) return [`${what}: not in the document`];
    const answers = operation?.responses ?? {};
    const content = (answers[`${status}`] ?? answers['default'])?.content;
    if (status < 400 && !answers[`${status}`]) return [`${what}: no such status`];
    const [mediaType = ''] = type.split(';');
    const problem = { $ref: '#/components/schemas/Problem' };
    const schema =
      operation || mediaType !== 'application/problem+json'
        ? content?.[mediaType]?.schema
        : problem;
    if (!schema) return [`${what}: ${mediaType} is not in the document`];
    const isValid = ajv.compile({ ...schema, components: document.components });
    return isValid(body) ? [] : [`${what}: ${ajv.errorsText(isValid.errors)}`];
  });
}

/** The most literal path that fits. */
function operationOf({ paths }: Document, method: string, path: string): Operation | undefined {
  const fitting = Object.keys(paths)
    .filter((each) => new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
    .toSorted((a, b) => a.split('{').length - b.split('{').length);
  return paths[fitting[0] ?? '']?.[method.toLowerCase()];
}
