import { createOpenApiDocument } from '@event-flows/backstage-plugin-event-flows-common';
import Ajv2020 from 'ajv/dist/2020';

/** As much of JSON Schema as the description of the API uses. */
export interface JsonSchema {
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  type?: string;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

/** One operation of the API as its OpenAPI description has it. */
export interface DescribedRoute {
  operationId: string;
  method: string;
  /** With parameters in braces. */
  path: string;
  parameters: string[];
  /** Of the body that it takes. */
  body?: JsonSchema;
  /** That it may answer. */
  statuses: number[];
  /** Whether a body is what the description asks for. */
  accepts(body: unknown): boolean;
}

interface Operation {
  operationId: string;
  parameters: Array<{ name: string }>;
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: object;
}

/** The operations that the served OpenAPI description lists. */
export function describedRoutes(): DescribedRoute[] {
  const { paths }: { paths: Record<string, Record<string, Operation>> } =
    JSON.parse(JSON.stringify(createOpenApiDocument('0.0.0')));
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const body = operation.requestBody?.content['application/json'].schema;
      const validate = body && ajv.compile(body);
      return {
        operationId: operation.operationId,
        method,
        path,
        parameters: operation.parameters.map(({ name }) => name),
        ...(body && { body }),
        statuses: Object.keys(operation.responses).map(Number),
        accepts: (value: unknown) => validate?.(value) ?? true,
      };
    }),
  );
}

/** Names of all fields, however deep inside. */
export function fieldsDescribedBy(schema: JsonSchema): string[] {
  return alternativesOf(schema).flatMap(({ properties = {}, items }) => [
    ...Object.entries(properties).flatMap(([name, inner]) => [
      name,
      ...fieldsDescribedBy(inner),
    ]),
    ...(items ? fieldsDescribedBy(items) : []),
  ]);
}

/** A schema, or those that it lets one choose from. */
export function alternativesOf(schema: JsonSchema): JsonSchema[] {
  const choices = schema.anyOf ?? schema.oneOf;
  return choices ? choices.flatMap(alternativesOf) : [schema];
}
