/** One request that somebody careless or hostile could send. */
export interface BadInput {
  /** What it is, for the report of a failure. */
  name: string;
  operationId: string;
  method: string;
  /** Below the base URL of the plugin, encoded. */
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  /** Whether it breaks the description; else the answer may be a success. */
  mustBeRefused: boolean;
  /** A refusal as invalid names one of these. */
  fields: string[];
}

/** A valid call of a route, to be made invalid. */
export interface ValidCall {
  /** Values of the parameters of the path. */
  parameters: Record<string, string>;
  /** Bodies that between them have every field. */
  bodies: object[];
}
