import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifySigv4, type SignableRequest, type Sigv4Options } from "../../../../local-aws/iam/sigv4.ts";

const VECTORS = join(import.meta.dirname, "../../../../../shared/vectors/sigv4");
const isPresent = existsSync(VECTORS);
const names = isPresent ? readdirSync(VECTORS) : [];

interface VectorContext {
  credentials: { access_key_id: string; secret_access_key: string; token?: string };
  normalize: boolean;
  region: string;
  service: string;
  timestamp: string;
}

function readVector(name: string, form: "header" | "query"): { request: SignableRequest; options: Sigv4Options } {
  const context = JSON.parse(readFileSync(join(VECTORS, name, "context.json"), "utf8")) as VectorContext;
  const text = readFileSync(join(VECTORS, name, `${form}-signed-request.txt`), "utf8");
  return {
    request: parseRequest(text),
    options: {
      nowMs: Date.parse(context.timestamp),
      region: context.region,
      services: [context.service],
      normalizesPath: context.normalize,
      lookUpKey: (id) =>
        id === context.credentials.access_key_id
          ? { secretAccessKey: context.credentials.secret_access_key, sessionToken: context.credentials.token }
          : undefined,
    },
  };
}

function parseRequest(text: string): SignableRequest {
  const [head = "", ...body] = text.split("\n\n");
  const [line = "", ...lines] = head.split("\n");
  const headers: [string, string][] = [];
  for (const one of lines) {
    const last = headers.at(-1);
    if (/^\s/.test(one) && last !== undefined) last[1] += `\n${one}`;
    else if (one !== "") headers.push([one.slice(0, one.indexOf(":")), one.slice(one.indexOf(":") + 1)]);
  }
  const space = line.indexOf(" ");
  return {
    method: line.slice(0, space),
    target: line.slice(space + 1, line.lastIndexOf(" ")),
    headers,
    body: Buffer.from(body.join("\n\n").replace(/\n+$/, "")),
  };
}

const withHeader = (request: SignableRequest, name: string, change: (value: string) => string): SignableRequest => ({
  ...request,
  headers: request.headers.map(([key, value]) => [key, key.toLowerCase() === name ? change(value) : value] as const),
});
const without = (request: SignableRequest, name: string): SignableRequest => ({
  ...request,
  headers: request.headers.filter(([key]) => key.toLowerCase() !== name),
});
const flipFirstHex = (value: string) =>
  value.replace(/Signature=([0-9a-f])/, (_, digit: string) => `Signature=${digit === "0" ? "1" : "0"}`);

function mutationsOf(request: SignableRequest, form: "header" | "query"): [string, SignableRequest][] {
  const common: [string, SignableRequest][] = [
    ["method", { ...request, method: request.method === "GET" ? "POST" : "GET" }],
    ["path", { ...request, target: `/x${request.target}` }],
    ["path without its slash", { ...request, target: `.${request.target}` }],
    ["added parameter", { ...request, target: `${request.target}${request.target.includes("?") ? "&" : "?"}added=1` }],
    ["body", { ...request, body: Buffer.from("changed") }],
    ["host", withHeader(request, "host", () => "evil.example.com")],
    ["no host", without(request, "host")],
    ["second host", { ...request, headers: [...request.headers, ["Host", "example.amazonaws.com"]] }],
    ["unsigned x-amz header", { ...request, headers: [...request.headers, ["X-Amz-Added", "1"]] }],
    [
      "second algorithm",
      { ...request, target: `${request.target}${request.target.includes("?") ? "&" : "?"}x-amz-algorithm=AWS4-HMAC-SHA256` },
    ],
  ];
  if (form === "query") {
    const replaced = (from: RegExp, to: string): SignableRequest => ({ ...request, target: request.target.replace(from, to) });
    return [
      ...common,
      ["date", replaced(/X-Amz-Date=20150830T1236/, "X-Amz-Date=20150830T1235")],
      ["credential", replaced(/AKIDEXAMPLE/, "AKIDOTHER")],
      ["region", replaced(/us-east-1/, "us-east-2")],
      ["terminator", replaced(/aws4_request/, "aws5_request")],
      ["signed headers", replaced(/X-Amz-SignedHeaders=[^&]*/, "X-Amz-SignedHeaders=")],
      ["expires", replaced(/X-Amz-Expires=3600/, "X-Amz-Expires=3601")],
      ["no expires", replaced(/&X-Amz-Expires=3600/, "")],
      ["signature", { ...request, target: flipFirstHex(request.target) }],
      ["no signature", replaced(/&X-Amz-Signature=[0-9a-f]*/, "")],
      ["upper-case signature", { ...request, target: request.target.replace(/Signature=([0-9a-f]+)/, (all) => all.toUpperCase()) }],
      ["repeated date", { ...request, target: `${request.target}&X-Amz-Date=20150830T123600Z` }],
    ];
  }
  const authorization = (change: (value: string) => string) => withHeader(request, "authorization", change);
  return [
    ...common,
    ["date", withHeader(request, "x-amz-date", () => "20150830T123500Z")],
    ["no date", without(request, "x-amz-date")],
    ["no authorization", without(request, "authorization")],
    ["signature", authorization(flipFirstHex)],
    ["short signature", authorization((value) => value.slice(0, -2))],
    ["credential", authorization((value) => value.replace("AKIDEXAMPLE", "AKIDOTHER"))],
    ["scope date", authorization((value) => value.replace("/20150830/", "/20150831/"))],
    ["service", authorization((value) => value.replace("/service/", "/other/"))],
    ["unsent signed header", authorization((value) => value.replace(";x-amz-date", ";x-amz-date;x-unsent"))],
    ["host not signed", authorization((value) => value.replace("host;", ""))],
    [
      "repeated authorization",
      { ...request, headers: [...request.headers, ...request.headers.filter(([name]) => name === "Authorization")] },
    ],
  ];
}

describe.skipIf(!isPresent)("AWS's own signing vectors (skipped where ../shared/vectors is absent)", () => {
  it("are all there", () => {
    expect(names).toHaveLength(38);
  });

  for (const form of ["header", "query"] as const) {
    it.each(names)(`%s is accepted in ${form} form, and every mutation of it is refused`, (name) => {
      const { request, options } = readVector(name, form);
      expect(verifySigv4(request, options).accessKeyId).toBe("AKIDEXAMPLE");
      for (const [mutation, mutated] of mutationsOf(request, form)) {
        expect(() => verifySigv4(mutated, options), mutation).toThrow();
      }
      const otherSecret = { ...options, lookUpKey: () => ({ secretAccessKey: "other" }) };
      expect(() => verifySigv4(request, otherSecret)).toThrow("does not match");
    });
  }

  it("a session token added after signing is still bound to its key", () => {
    for (const form of ["header", "query"] as const) {
      const { request, options } = readVector("post-sts-header-after", form);
      const stripped =
        form === "header"
          ? without(request, "x-amz-security-token")
          : { ...request, target: request.target.replace(/&X-Amz-Security-Token=[^&]*/, "") };
      expect(() => verifySigv4(stripped, options)).toThrow("security token included in the request is invalid");
      const swapped =
        form === "header"
          ? withHeader(request, "x-amz-security-token", (value) => `${value}x`)
          : { ...request, target: request.target.replace("X-Amz-Security-Token=", "X-Amz-Security-Token=x") };
      expect(() => verifySigv4(swapped, options)).toThrow("security token included in the request is invalid");
    }
  });
});

describe.skipIf(!isPresent)("the signature's time", () => {
  const { request, options } = isPresent ? readVector("get-vanilla", "query") : ({} as ReturnType<typeof readVector>);

  it("is good for five minutes to either side, and not a second more", () => {
    for (const minutes of [-5, 5]) {
      const edge = { ...options, nowMs: options.nowMs + minutes * 60_000 };
      expect(verifySigv4(request, edge).accessKeyId).toBe("AKIDEXAMPLE");
      const beyond = { ...edge, nowMs: edge.nowMs + Math.sign(minutes) * 1000 };
      expect(() => verifySigv4(request, beyond)).toThrow(minutes > 0 ? "Signature expired" : "Signature not yet current");
    }
  });

  it.each(["0", "-1", "604801", "1e9", "", "3600.5", "%203600"])("X-Amz-Expires=%s is refused", (expires) => {
    const changed = { ...request, target: request.target.replace("X-Amz-Expires=3600", `X-Amz-Expires=${expires}`) };
    expect(() => verifySigv4(changed, options)).toThrow("X-Amz-Expires must be");
  });
});

describe.skipIf(!isPresent)("an unknown key and a wrong signature", () => {
  const { request, options } = isPresent ? readVector("get-vanilla", "header") : ({} as ReturnType<typeof readVector>);
  const refusal = (changed: Sigv4Options) => {
    try {
      verifySigv4(request, changed);
      return undefined;
    } catch (error) {
      return error;
    }
  };

  it("get the same answer", () => {
    const unknown = refusal({ ...options, lookUpKey: () => undefined });
    const wrong = refusal({ ...options, lookUpKey: () => ({ secretAccessKey: "wrong" }) });
    expect(unknown).toBeDefined();
    expect(unknown).toEqual(wrong);
  });
});
