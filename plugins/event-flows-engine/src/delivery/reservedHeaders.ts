const RESERVED =
  /^(ce-.*|connection|content-.*|expect|host|idempotency-key|keep-alive|proxy-.*|te|trailer|traceparent|tracestate|transfer-encoding|upgrade)$/i;

/**
 * Whether a header belongs to the connection or to the contract with
 * endpoints, so that neither a record nor a configuration can set it.
 *
 * @public
 */
export function isReservedHeader(name: string): boolean {
  return RESERVED.test(name);
}
