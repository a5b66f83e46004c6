import "server-only";
import { type Env, envSchema } from "./env-schema.ts";
import { type EnvProblem, loopbackProblems } from "./loopback-rules.ts";

export type { Env } from "./env-schema.ts";

/** Thrown at boot with one line per missing or wrong setting; values are never repeated. */
export class EnvError extends Error {
  override readonly name = "EnvError";
  readonly problems: readonly EnvProblem[];

  constructor(problems: readonly EnvProblem[]) {
    super(`The settings are not usable:\n${problems.map(({ name, problem }) => `  ${name} ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/** Turns environment variables into settings; throws EnvError naming every one that is missing or wrong. */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ""));
  const result = envSchema.safeParse(present);
  if (!result.success) {
    throw new EnvError(
      result.error.issues.map((issue) => {
        const name = String(issue.path[0]);
        return { name, problem: Object.hasOwn(present, name) ? issue.message : "is missing" };
      }),
    );
  }
  const problems = [...loopbackProblems(result.data), ...guestProblems(result.data)];
  if (problems.length > 0) throw new EnvError(problems);
  return Object.freeze(result.data);
}

let parsed: Env | undefined;

/** The settings of this process, parsed at the first call and frozen; throws EnvError when they are not usable. */
export function env(): Env {
  parsed ??= parseEnv(process.env);
  return parsed;
}

/**
 * Hands next-auth its canonical origin, which it reads from the environment only; with it set, `Host` and `X-Forwarded-Host`
 * are ignored (HAZARDS B15). Called once at boot, before the first request.
 */
export function publishCanonicalUrl(): void {
  process.env.NEXTAUTH_URL = env().APP_URL;
  delete process.env.AUTH_TRUST_HOST;
  delete process.env.VERCEL;
}

/** True when this process was started for production (`next start` or the standalone server). */
export function isProduction(): boolean {
  return process.env.NODE_ENV === "production";
}

function guestProblems(settings: Env): EnvProblem[] {
  const isKnown = settings.GUEST_SITE === undefined || settings.SITES.some(({ id }) => id === settings.GUEST_SITE);
  return isKnown ? [] : [{ name: "GUEST_SITE", problem: "must be the id of one of SITES" }];
}
