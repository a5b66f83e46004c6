import { timingSafeEqual, createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { AwsError } from "../platform/aws-error.ts";
import { readBody, send, type HttpHandler } from "../platform/http.ts";
import type { LocalAwsContext, Service } from "../platform/service.ts";

type Verbs = NonNullable<Service["controlVerbs"]>;

export interface ControlOptions {
  /** Made per install; whoever has it may do everything to this stand-in. */
  readonly token: string;
  readonly verbs: Verbs;
}

const BODY_BYTES_MAX = 64 * 1024;
const JSON_TYPE = { "content-type": "application/json", "cache-control": "no-store" };

/**
 * The stand-in's faults and peeks: `POST /<verb>` with a JSON body and the token. Refuses every browser, whatever page
 * it shows (Origin and Sec-Fetch-Site headers), and every Host that is not this machine (DNS rebinding).
 */
export function createControl(context: LocalAwsContext, options: ControlOptions): { readonly handler: HttpHandler } {
  return {
    handler: (request, response) => {
      answer(options, request)
        .then((result) => send(response, 200, JSON_TYPE, JSON.stringify(result ?? {})))
        .catch((error: unknown) => refuse(context, response, error));
    },
  };
}

async function answer({ token, verbs }: ControlOptions, request: IncomingMessage): Promise<unknown> {
  requireLocalTool(request);
  requireToken(request, token);
  const name = (request.url ?? "/").slice(1);
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined)
    throw new AwsError("UnknownVerb", `There is no verb ${name.slice(0, 64)}. There are: ${Object.keys(verbs).sort().join(", ")}`, 404);
  if (request.method !== "POST") throw new AwsError("MethodNotAllowed", "Use POST", 405);
  const body = (await readBody(request, BODY_BYTES_MAX)).toString("utf8");
  return await verb(body === "" ? {} : parse(body));
}

function requireLocalTool({ headers }: IncomingMessage): void {
  const isBrowser = headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;
  const isLoopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? "");
  if (isBrowser || !isLoopback) throw new AwsError("Forbidden", "The control endpoint serves local tools only", 403);
}

function requireToken({ headers }: IncomingMessage, token: string): void {
  const given = headers["x-thingdeck-control"];
  const digest = (text: string) => createHash("sha256").update(text).digest();
  if (typeof given !== "string" || !timingSafeEqual(digest(given), digest(token))) {
    throw new AwsError("Forbidden", "x-thingdeck-control is missing or wrong", 403);
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new AwsError("InvalidRequest", "The body is not JSON");
  }
}

function refuse({ log }: LocalAwsContext, response: ServerResponse, error: unknown): void {
  if (error instanceof AwsError) {
    const allow = error.status === 405 ? { allow: "POST" } : {};
    send(response, error.status, { ...JSON_TYPE, ...allow }, JSON.stringify({ code: error.code, message: error.message }));
  } else if (error instanceof z.ZodError) {
    send(response, 400, JSON_TYPE, JSON.stringify({ code: "InvalidRequest", message: z.prettifyError(error) }));
  } else {
    log.error({ err: error }, "a control verb failed");
    send(response, 500, JSON_TYPE, JSON.stringify({ code: "InternalError", message: "The verb failed; the log says why" }));
  }
}
