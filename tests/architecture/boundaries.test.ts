import { describe, expect, it } from "vitest";
import { sourceFiles } from "./source-tree.ts";

const lib = sourceFiles("lib");
const paths = (files: readonly { path: string }[]) => files.map(({ path }) => path);

/**
 * What a pure module may not reach: it runs in the server, in a Lambda function and in a test alike, and in the browser
 * unless it needs node:crypto, which the build keeps out of there.
 */
const RUNTIME_ONLY = /^(react|react-dom|next|next-auth|@aws-sdk\/|aws-iot-device-sdk-v2|server-only|client-only|node:(?!crypto))/;

describe("where code runs is in its file name", () => {
  it("a server module says so in its first import", () => {
    const unguarded = lib.filter(({ path, imports }) => path.includes(".server.") && imports[0] !== "server-only");
    expect(paths(unguarded)).toEqual([]);
  });

  it("a client module says so in its first import", () => {
    const unguarded = lib.filter(({ path, imports }) => path.includes(".client.") && imports[0] !== "client-only");
    expect(paths(unguarded)).toEqual([]);
  });

  it("a module without a suffix is pure", () => {
    const pure = lib.filter(({ path }) => !/\.(server|client|worker)\./.test(path) && path !== "lib/platform/log.ts");
    const impure = pure.flatMap(({ path, imports }) =>
      imports
        .filter((specifier) => RUNTIME_ONLY.test(specifier) || /\.(server|client)\b/.test(specifier))
        .map((specifier) => `${path} -> ${specifier}`),
    );
    expect(impure).toEqual([]);
  });

  it("no component that runs in the browser imports a server module", () => {
    const crossing = sourceFiles("components").flatMap(({ path, text, imports }) =>
      text.startsWith('"use client"')
        ? imports.filter((specifier) => specifier.includes(".server")).map((specifier) => `${path} -> ${specifier}`)
        : [],
    );
    expect(crossing).toEqual([]);
  });
});

/** Besides the topics themselves, the default of the setting that lets an existing fleet bring its own. */
const TOPIC_SPELLERS = ["lib/fleet/topics.ts", "lib/platform/env-schema.ts"];

const withoutComments = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");

describe("one way to do a thing", () => {
  it("a topic is spelled in lib/fleet/topics.ts and nowhere else", () => {
    const spelled = sourceFiles("app", "components", "lib").filter(
      ({ path, text }) => !TOPIC_SPELLERS.includes(path) && /["'`](?:dt|st|fleet)\/\$?\{|["'`]\$aws\//.test(withoutComments(text)),
    );
    expect(paths(spelled)).toEqual([]);
  });

  it("only lib/platform/env.server.ts reads the environment", () => {
    const reading = sourceFiles("app", "components", "lib").filter(
      ({ path, text }) => path !== "lib/platform/env.server.ts" && text.includes("process.env"),
    );
    expect(paths(reading)).toEqual([]);
  });

  it("nothing is baked into the browser's bundle by NEXT_PUBLIC_", () => {
    const baked = sourceFiles("app", "components", "lib", "scripts").filter(({ text }) => text.includes("NEXT_PUBLIC_"));
    expect(paths(baked)).toEqual([]);
  });
});

describe("no secret is a constant of the repository", () => {
  it("no access key, private key or token is written down", () => {
    const folders = ["app", "components", "lib", "local-aws", "infra", "scripts", "bench", "tests"];
    const secret = /\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN (RSA |EC )?PRIVATE KEY-----\n|\beyJ[A-Za-z0-9_-]{20,}\./;
    // Ids that say themselves that they open nothing are allowed, AWS's published example among them.
    const plainlyFake = /A[KS]IA[A-Z0-9]*(EXAMPLE|TEST|UNKNOWN|ABCDEF0123456789)[A-Z0-9]*/g;
    const found = sourceFiles(...folders).filter(({ text }) => secret.test(text.replaceAll(plainlyFake, "")));
    expect(paths(found)).toEqual([]);
  });
});
