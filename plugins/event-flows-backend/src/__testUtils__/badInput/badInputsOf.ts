import type { BadInput, ValidCall } from './BadInput';
import type { DescribedRoute } from './describedRoutes';
import { fieldCases } from './fieldCases';
import { fillIn, pathCases } from './pathCases';
import { type RawBody, wholeBodyCases } from './wholeBodyCases';

const JSON_HEADERS = { 'content-type': 'application/json' };

/** Every bad input for a route, made from its description and a valid call. */
export function badInputsOf(
  route: DescribedRoute,
  valid: ValidCall,
): BadInput[] {
  const { operationId, method } = route;
  const path = fillIn(route.path, valid.parameters);
  const [firstBody] = valid.bodies;
  const firstText = firstBody && JSON.stringify(firstBody);
  const common = { operationId, method, path, headers: {}, fields: [] };
  const inputs: BadInput[] = [
    ...pathCases(route.path, valid.parameters).map(changed => ({
      ...common,
      ...changed,
      ...(firstText !== undefined && {
        headers: JSON_HEADERS,
        body: firstText,
      }),
    })),
    ...valid.bodies.flatMap(body =>
      fieldCases(route.body ?? {}, body).map(changed => {
        const text = JSON.stringify(changed.body);
        return {
          ...common,
          ...changed,
          headers: JSON_HEADERS,
          body: text,
          mustBeRefused: !route.accepts(JSON.parse(text)),
        };
      }),
    ),
    ...(firstBody ? wholeBodyCases(firstBody) : unwantedBodies()).map(raw => ({
      ...common,
      ...raw,
    })),
  ];
  return inputs.filter(isFirstOfItsKind());
}

/** For a route that takes none. */
function unwantedBodies(): RawBody[] {
  return wholeBodyCases({ unknown: 1 }).map(raw => ({
    ...raw,
    mustBeRefused: false,
  }));
}

function isFirstOfItsKind(): (input: BadInput) => boolean {
  const seen = new Set<string>();
  return ({ method, path, headers, body }) => {
    const key = JSON.stringify([
      method,
      path,
      headers,
      body?.toString('latin1'),
    ]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  };
}
