import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { EnvError, parseEnv } from "../../../../lib/platform/env.server.ts";

const LOCAL: Record<string, string> = {
  APP_URL: "http://localhost:3000",
  SESSION_KEYS: randomBytes(32).toString("base64"),
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "a",
  AWS_SECRET_ACCESS_KEY: "b",
  COGNITO_ISSUER: "http://127.0.0.1:4000/eu-west-1_AbC",
  COGNITO_HOSTED_UI_URL: "http://127.0.0.1:4001",
  COGNITO_CLIENT_ID: "client",
  IDENTITY_POOL_ID: "eu-west-1:00000000-0000-4000-8000-000000000001",
  VIEWER_ROLE_ARN: "arn:aws:iam::000000000000:role/viewer",
  CONTROL_ROLE_ARN: "arn:aws:iam::000000000000:role/control",
  MQTT_URL: "ws://127.0.0.1:4002/mqtt",
  SITES: "harbor:Harbor water works,ridge:Ridge cold store",
  SESSIONS_TABLE: "sessions",
  AUDIT_TABLE: "audit",
  WORKSPACE_TABLE: "workspace",
  ALARMS_TABLE: "alarms",
  AWS_ENDPOINT_URL_COGNITO_IDENTITY: "http://127.0.0.1:4003",
  AWS_ENDPOINT_URL_IOT: "http://127.0.0.1:4004",
  AWS_ENDPOINT_URL_IOT_DATA_PLANE: "http://127.0.0.1:4005",
  AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:4006",
};
const CLOUD: Record<string, string> = {
  ...Object.fromEntries(Object.entries(LOCAL).filter(([name]) => !/^AWS_(?:ENDPOINT|ACCESS|SECRET)/.test(name))),
  APP_URL: "https://deck.example",
  COGNITO_ISSUER: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC",
  COGNITO_HOSTED_UI_URL: "https://deck.auth.eu-west-1.amazoncognito.com",
  MQTT_URL: "wss://abc-ats.iot.eu-west-1.amazonaws.com/mqtt",
};
const REQUIRED = Object.keys(LOCAL).filter((name) => name !== "COGNITO_HOSTED_UI_URL");

const problemsOf = (source: Record<string, string>): string[] => {
  try {
    parseEnv(source);
    return [];
  } catch (error) {
    return error instanceof EnvError ? error.problems.map(({ name }) => name) : ["?"];
  }
};

describe("settings", () => {
  test("of the local AWS and of a deployment are accepted, frozen", () => {
    expect(Object.isFrozen(parseEnv(LOCAL))).toBe(true);
    expect(parseEnv(CLOUD).SITES).toEqual([
      { id: "harbor", label: "Harbor water works" },
      { id: "ridge", label: "Ridge cold store" },
    ]);
  });

  test.each(REQUIRED)("without %s, or with it empty, are refused by name", (name) => {
    const rest = Object.fromEntries(Object.entries(LOCAL).filter(([key]) => key !== name));
    expect(problemsOf(rest)).toContain(name);
    expect(problemsOf({ ...LOCAL, [name]: " " })).toContain(name);
  });

  const WRONG: [string, string][] = [
    ["APP_URL", "localhost:3000"],
    ["APP_URL", "http://localhost:3000/deck"],
    ["SESSION_KEYS", "c2hvcnQ="],
    ["SESSION_KEYS", Buffer.alloc(32).toString("base64")],
    ["AWS_REGION", "nowhere"],
    ["IDENTITY_POOL_ID", "pool"],
    ["VIEWER_ROLE_ARN", "viewer"],
    ["MQTT_URL", "http://127.0.0.1:1/mqtt"],
    ["MQTT_URL", "ws://127.0.0.1:1/other"],
    ["SITES", "Bad Id:x"],
    ["SITES", "harbor:a,harbor:b"],
    ["GUEST_SITE", "elsewhere"],
    ["TELEMETRY_TOPIC", "dt/+/telemetry"],
    ["SESSION_IDLE_MINUTES", "0"],
    ["SESSION_IDLE_MINUTES", "soon"],
    ["COGNITO_SIGN_UP", "yes"],
  ];
  test.each(WRONG)("with %s = %j are refused by name, without repeating the value", (name, value) => {
    expect(problemsOf({ ...LOCAL, [name]: value })).toContain(name);
    if (value.length > 6) expect(() => parseEnv({ ...LOCAL, [name]: value })).not.toThrow(value);
  });

  const MIXED: [string, string][] = [
    ["COGNITO_ISSUER", "http://127.0.0.1:4000/eu-west-1_AbC"],
    ["COGNITO_ISSUER", "https://127.0.0.1:4000/eu-west-1_AbC"],
    ["COGNITO_HOSTED_UI_URL", "http://localhost:4001"],
    ["MQTT_URL", "ws://127.0.0.1:1/mqtt"],
    ["AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:4006"],
    ["AWS_ENDPOINT_URL", "http://10.0.0.5:80"],
    ["APP_URL", "http://deck.example"],
  ];
  test.each(MIXED)("of a deployment never trust a stand-in: %s = %s is refused", (name, value) => {
    expect(problemsOf({ ...CLOUD, [name]: value })).not.toEqual([]);
  });

  test.each(["COGNITO_ISSUER", "MQTT_URL", "AWS_ENDPOINT_URL_IOT", "APP_URL"])("of the local AWS keep %s on this machine", (name) => {
    const elsewhere = new URL(LOCAL[name] ?? "");
    elsewhere.hostname = "127.0.0.1.evil.example";
    expect(problemsOf({ ...LOCAL, [name]: elsewhere.href.replace(/\/$/, "") })).toContain(name);
  });
});
