import Ajv2020 from 'ajv/dist/2020';
import { apiRoutes, createOpenApiDocument } from './openapi';

describe('createOpenApiDocument', () => {
  const document = JSON.parse(JSON.stringify(createOpenApiDocument('1.2.3')));

  it('describes every route once', () => {
    const described = Object.entries<object>(document.paths).flatMap(
      ([path, operations]) =>
        Object.keys(operations).map(method => `${method} ${path}`),
    );
    expect(described.sort()).toEqual(
      apiRoutes.map(route => `${route.method} ${route.path}`).sort(),
    );
    const ids = apiRoutes.map(route => route.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('holds schemas that a validator of JSON Schema 2020-12 understands', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const body =
      document.paths['/connections'].post.requestBody.content[
        'application/json'
      ].schema;
    const validate = ajv.compile(body);
    const connection = { name: 'a', type: 'kafka', brokers: ['a:1'] };
    expect(validate(connection)).toBe(true);
    expect(validate({ ...connection, extra: true })).toBe(false);
    expect(validate({ ...connection, brokers: [] })).toBe(false);
  });
});
