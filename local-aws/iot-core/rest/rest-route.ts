import type { IncomingHttpHeaders } from "node:http";
import type { Principal } from "../../iam/principal.ts";

/** An authenticated request, its path parameters decoded. */
export interface RestRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly principal: Principal;
  readonly sourceIp: string;
}

/** A JSON body, raw bytes, or nothing. */
export interface RestResponse {
  readonly json?: unknown;
  readonly bytes?: Buffer;
}

export interface RestRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `/things/{thingName}`; `{name+}` at the end takes the rest of the path, slashes included. */
  readonly path: string;
  readonly operation: string;
  handle(request: RestRequest): RestResponse | Promise<RestResponse>;
}

export type RouteMatch =
  | { readonly kind: "found"; readonly route: RestRoute; readonly params: Record<string, string> }
  | { readonly kind: "wrong-method" }
  | { readonly kind: "unknown" };

/** Compiles the routes once. The matcher throws URIError for a path that is not validly percent-encoded. */
export function createRouteMatcher(routes: readonly RestRoute[]): (method: string, path: string) => RouteMatch {
  const compiled = routes.map((route) => ({ route, segments: route.path.split("/").slice(1) }));
  return (method, path) => {
    const parts = path.split("/").slice(1);
    const matches = compiled.flatMap(({ route, segments }) => {
      const params = matchSegments(segments, parts);
      return params === undefined ? [] : [{ route, params }];
    });
    const found = matches.find(({ route }) => route.method === method);
    if (found !== undefined) return { kind: "found", ...found };
    return { kind: matches.length > 0 ? "wrong-method" : "unknown" };
  };
}

function matchSegments(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  const isGreedy = segments.at(-1)?.endsWith("+}") === true;
  if (isGreedy ? parts.length < segments.length : parts.length !== segments.length) return undefined;
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? "";
    if (!segment.startsWith("{")) {
      if (segment !== part) return undefined;
    } else if (segment.endsWith("+}")) params[segment.slice(1, -2)] = parts.slice(index).map(decodeURIComponent).join("/");
    else params[segment.slice(1, -1)] = decodeURIComponent(part);
  }
  return params;
}
