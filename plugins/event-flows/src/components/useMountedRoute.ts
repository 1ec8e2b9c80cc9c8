import {
  type AnyParams,
  type RouteFunc,
  type RouteRef,
  type SubRouteRef,
  useRouteRef,
} from '@backstage/core-plugin-api';

/** Undefined in an app that shows the Queues tab, but not the page of the route. */
export function useMountedRoute<Params extends AnyParams>(
  routeRef: RouteRef<Params> | SubRouteRef<Params>,
): RouteFunc<Params> | undefined {
  try {
    return useRouteRef(routeRef);
  } catch {
    // There is no other way to ask; it throws last, after all of its hooks.
    return undefined;
  }
}
