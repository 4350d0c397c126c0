/** A JSON Schema, as far as the API's document has them. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
}

/** An OpenAPI document, as far as it is read here. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

/** The module that tells a page what these routes answer; throws where the document lacks one. */
export function writeApiTypes(document: ApiDocument, routes: readonly string[]): string {
  const answers = routes.map((route) => {
    const [method = '', path = ''] = route.split(' ');
    const { responses } = document.paths[path]?.[method.toLowerCase()] ?? {};
    const schema = responses?.['200']?.content['application/json']?.schema;
    if (!schema) throw new Error(`the document has no ${route}`);
    return `readonly '${route}': ${typeOf(schema)};`;
  });
  return [
    "// Made of the cloud's OpenAPI document; `npx vitest run checks/api-types -u` makes it anew.",
    '',
    '/** What the cloud answers, by method and path. */',
    `export interface Answers { ${answers.join('\n')} }`,
    '',
  ].join('\n');
}

function typeOf(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  const { type } = schema;
  if (typeof type === 'object') {
    return type.map((each) => typeOf({ ...schema, type: each })).join(' | ');
  }
  if (schema.enum) return schema.enum.map((word) => `'${word}'`).join(' | ');
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${typeOf(schema.items ?? {})})[]`;
    case 'object':
      return objectTypeOf(schema);
    case undefined:
      return 'unknown';
    default:
      throw new Error(`a schema of type ${type} is not known here`);
  }
}

function objectTypeOf({ properties, required = [], additionalProperties }: Schema): string {
  if (properties) {
    const rows = Object.entries(properties).map(
      ([name, each]) => `readonly ${name}${required.includes(name) ? '' : '?'}: ${typeOf(each)};`,
    );
    return `{\n${rows.join('\n')}\n}`;
  }
  const values =
    typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
  return `Readonly<Record<string, ${values}>>`;
}
