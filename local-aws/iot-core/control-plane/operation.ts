import { z } from "zod";
import type { Iam } from "../../iam/principal.ts";
import { parseJson } from "../../platform/http.ts";
import { invalidRequest } from "../registry/errors.ts";
import type { RestRequest, RestRoute } from "../rest/rest-route.ts";

export interface OperationCall<Body> {
  readonly params: RestRequest["params"];
  readonly query: URLSearchParams;
  readonly headers: RestRequest["headers"];
  readonly input: Body;
}

export interface OperationSpec<Body> extends Pick<RestRoute, "method" | "path" | "operation"> {
  readonly body?: z.ZodType<Body>;
  /** ARNs that the caller's IAM policies must allow `iot:<operation>` on; absent: `*`, for actions without resources. */
  readonly resources?: (call: OperationCall<Body>) => readonly string[];
  /** Answers the body of the response, or nothing for an empty one. */
  readonly run: (call: OperationCall<Body>) => unknown;
}

export type DefineOperation = <Body>(spec: OperationSpec<Body>) => RestRoute;

/** Makes routes of operations: parse the body, ask IAM, run. */
export function createOperationFactory(iam: Pick<Iam, "authorize">): DefineOperation {
  return ({ method, path, operation, body, resources, run }) => ({
    method,
    path,
    operation,
    handle: async (request) => {
      const call = { params: request.params, query: request.query, headers: request.headers, input: parseBody(request.body, body) };
      for (const resource of resources?.(call) ?? ["*"]) {
        iam.authorize(request.principal, { action: `iot:${operation}`, resource, context: { "aws:SourceIp": request.sourceIp } });
      }
      const json = await run(call);
      return json === undefined ? {} : { json };
    },
  });
}

function parseBody<Body>(bytes: Buffer, schema: z.ZodType<Body> | undefined): Body {
  // Without a schema there is no body to speak of: `Body` is then inferred as unknown.
  if (schema === undefined) return undefined as Body;
  let value: unknown;
  try {
    value = bytes.length === 0 ? {} : parseJson(bytes);
  } catch {
    throw invalidRequest("The request body is not valid JSON");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidRequest(
    `1 validation error detected: Value at '${issue?.path.join(".") ?? ""}' failed to satisfy constraint: ${issue?.message ?? ""}`,
  );
}

/** A path parameter, which the router has filled in. */
export const param = ({ params }: Pick<RestRequest, "params">, name: string): string => params[name] ?? "";

/** An integer query parameter; throws `InvalidRequestException` for anything else. */
export function integerQuery(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw invalidRequest(`${name} must be an integer`);
  return Number(text);
}

/** Timestamps of REST-JSON are epoch seconds. */
export const toSeconds = (epochMs: number): number => epochMs / 1000;
