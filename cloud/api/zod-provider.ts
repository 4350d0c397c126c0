import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifySchemaCompiler,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { z } from 'zod';
import { Problem } from './problem.ts';

/** What a handler is given and gives back, by the schemas of its route. */
interface ZodProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  readonly serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown;
}

/** A server whose routes have zod schemas. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodProvider
>;

/** Takes a part of a request only as its schema has it; the refusal names the place alone. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data) => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return { value: parsed.data };
    const [issue] = parsed.error.issues;
    const keys = issue?.code === 'unrecognized_keys' ? ['unknown key'] : [];
    return {
      error: new Problem('invalid-request', [httpPart, ...(issue?.path ?? []), ...keys].join('.')),
    };
  };
};

/** Lets out only what the schema names; throws where an answer is not as it promises. */
export const serializerCompiler = ({ schema }: { readonly schema: z.ZodType }) => {
  return (data: unknown) => JSON.stringify(schema.parse(data));
};
