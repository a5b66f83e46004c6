import type { Env } from "./env-schema.ts";

const LOCAL_ENDPOINTS = [
  "AWS_ENDPOINT_URL_COGNITO_IDENTITY",
  "AWS_ENDPOINT_URL_IOT",
  "AWS_ENDPOINT_URL_IOT_DATA_PLANE",
  "AWS_ENDPOINT_URL_DYNAMODB",
] as const;

/** A setting that must not be used, and why. */
export interface EnvProblem {
  name: string;
  problem: string;
}

/** True for a URL whose host can only be this machine. */
export function isLoopbackUrl(value: string): boolean {
  const { hostname } = new URL(value);
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Plain http/ws and endpoint overrides belong to the local AWS. They are accepted only all together: one loopback issuer in an otherwise
 * real deployment would let whoever holds that port sign anybody in (HAZARDS L02).
 */
export function loopbackProblems(env: Env): EnvProblem[] {
  const problems: EnvProblem[] = [];
  if (new URL(env.APP_URL).protocol === "http:" && !isLoopbackUrl(env.APP_URL)) {
    problems.push({ name: "APP_URL", problem: "must be https unless it is http://localhost" });
  }
  return isLocal(env) ? [...problems, ...localProblems(env)] : [...problems, ...issuerProblems(env)];
}

/** True when the settings point at the local AWS on this machine. */
export function isLocal(env: Env): boolean {
  const overrides = Object.entries(env).filter(([name, value]) => name.startsWith("AWS_ENDPOINT_URL") && value !== undefined);
  const urls = [env.COGNITO_ISSUER, env.COGNITO_HOSTED_UI_URL ?? "https://-", env.MQTT_URL];
  return overrides.length > 0 || urls.some((url) => /^(?:http|ws):/.test(url) || isLoopbackUrl(url));
}

function localProblems(env: Env): EnvProblem[] {
  const settings = Object.entries(env).filter(
    ([name, value]) => value !== undefined && (name.startsWith("AWS_ENDPOINT_URL") || LOOPBACK_SETTINGS.includes(name)),
  );
  return [
    ...settings
      .filter(([, value]) => !isLoopbackUrl(value as string))
      .map(([name]) => ({ name, problem: "must be a loopback address, because other settings point at a local AWS on this machine" })),
    ...LOCAL_ENDPOINTS.filter((name) => env[name] === undefined && env.AWS_ENDPOINT_URL === undefined).map((name) => ({
      name,
      problem: "is needed, because other settings point at a local AWS on this machine",
    })),
    ...(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const)
      .filter((name) => env[name] === undefined)
      .map((name) => ({ name, problem: "is needed for the local AWS" })),
  ];
}

const LOOPBACK_SETTINGS: readonly string[] = ["APP_URL", "COGNITO_ISSUER", "COGNITO_HOSTED_UI_URL", "MQTT_URL"];

function issuerProblems(env: Env): EnvProblem[] {
  return new URL(env.COGNITO_ISSUER).search || new URL(env.COGNITO_ISSUER).hash
    ? [{ name: "COGNITO_ISSUER", problem: "must have no query and no fragment" }]
    : [];
}
