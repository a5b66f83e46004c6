import { connectionFailureOf, failureSentence } from "./connection-failure.ts";

/** What one kind of failure means to HTTP, to a retry loop and to a person. */
export interface AppErrorMeaning {
  status: number;
  isRetryable: boolean;
  /** Shown to people as it stands: says what happened and what to do next; never a secret, never an upstream text. */
  sentence: string;
}

const MEANINGS = {
  "request/malformed": meaning(400, "The request could not be read. Reload the page and try again."),
  "request/forbidden": meaning(403, "This request did not come from a Thingdeck page, so it was refused."),
  "request/too-large": meaning(413, "The request is larger than this route accepts."),
  "request/method-not-allowed": meaning(405, "This address does not support that method."),
  "request/not-found": meaning(404, "There is nothing at this address."),
  "rate/limited": retryable(429, "Too many requests in a short time. Wait a moment and try again."),

  "session/expired": meaning(401, "You are signed out. Sign in to continue."),
  "session/not-permitted": meaning(403, "Your account is not allowed to do this."),
  "session/unavailable": retryable(503, "Your session could not be checked just now. You are still signed in; try again shortly."),
  "session/not-found": meaning(404, "That session has already ended."),
  "identity/unavailable": retryable(503, "The sign-in service is not answering. Running pages keep working; try again shortly."),

  "credentials/setting-up": retryable(202, "Your access is being set up. This takes a few minutes the first time."),
  "credentials/refused": meaning(403, "Your account was refused access to the fleet. Ask an administrator to check your groups."),
  "credentials/throttled": retryable(503, "AWS hands out access keys slowly just now."),
  "credentials/unavailable": retryable(503, "Access keys cannot be fetched just now."),
  "credentials/clock-skew": retryable(503, "This server's clock differs from the cloud's. Ask an administrator to correct it."),
  "credentials/no-sites": meaning(403, "Your account belongs to no site yet. Ask an administrator to add you to one."),

  "connection/unauthorized": meaning(403, "The fleet refused this connection."),
  "connection/lost": retryable(503, "The connection to the fleet was lost."),
  "telemetry/malformed": meaning(400, "The device sent a value that could not be read."),

  "thing/not-found": meaning(404, "There is no such device among your sites."),
  "thing/not-permitted": meaning(403, "You may look at this device but not change it."),

  "thing/offline": meaning(409, "The device is offline. Queue the change until a stated time, or try again when it is back."),

  "command/invalid": meaning(422, "That value is not one this control accepts."),
  "command/duplicate": meaning(409, "This command was already sent."),
  "command/not-found": meaning(404, "There is no such command."),
  "command/expired": meaning(409, "This command has expired and can no longer be changed."),
  "run/not-found": meaning(404, "There is no such run."),
  "command/nothing-to-do": meaning(409, "There is nothing left to take back or to wait for. Reload to see where it stands."),
  "run/conflict": meaning(409, "The run has moved on. Reload to see where it stands."),

  "shadow/conflict": meaning(409, "Someone else changed this device a moment ago. Look at the new state, then decide again."),
  "shadow/rejected": meaning(422, "The device's shadow refused the change."),
  "shadow/locked": meaning(423, "This device is locked out. The note on it says why."),
  "shadow/busy": retryable(429, "Too many changes to this device are in flight. Wait a moment and try again."),
  "shadow/unavailable": retryable(503, "The device's shadow cannot be reached just now. Nothing was changed."),
  "shadow/outcome-unknown": retryable(504, "The change was sent but no answer came back. Its outcome will be shown when it is known."),

  "audit/unavailable": retryable(503, "The audit log cannot be written just now, so nothing was changed."),
  "audit/cursor-invalid": meaning(400, "That page of the audit log cannot be opened. Start again from the first page."),
  "alarm/not-found": meaning(404, "There is no such alarm among your sites."),
  "alarm/moved-on": meaning(409, "This alarm has been raised anew since. Look at it again, then decide."),
  "alarm/invalid": meaning(422, "The answer to this alarm is not one it can take."),
  "alarm/unavailable": retryable(503, "Alarms cannot be read just now. Live values keep coming; try again shortly."),
  "history/invalid": meaning(422, "This stretch of the past cannot be asked for."),
  "history/cursor-invalid": meaning(400, "That page of the past cannot be opened. Ask for the stretch again."),
  "history/off": meaning(404, "History is switched off in this deployment."),
  "history/unavailable": retryable(503, "History is unavailable just now. Live values keep coming; try again shortly."),
  "workspace/unavailable": retryable(503, "Saved work cannot be reached just now. Try again shortly."),
  "fleet/unavailable": retryable(503, "The list of devices cannot be read just now. Try again shortly."),
  "fleet/cursor-invalid": meaning(400, "That page of the list cannot be opened. Start again from the first page."),

  "service/unavailable": retryable(503, "A service this page needs is not answering. Try again shortly."),
  "service/internal": retryable(500, "Something went wrong on the server. It has been recorded; try again."),
} satisfies Record<string, AppErrorMeaning>;

/** Every way a Thingdeck operation can fail; a new way is a new line in the table above. */
export type AppErrorCode = keyof typeof MEANINGS;

export interface AppErrorOptions {
  cause?: unknown;
  /** For the log only; must never hold a token, a key or a payload. */
  context?: Record<string, string | number | boolean | undefined>;
  /** How long a caller should wait before trying again, in ms; becomes `Retry-After`. */
  retryAfterMs?: number;
  /** Sent to the browser; plain values that help a person decide (who changed it, which field). */
  details?: Record<string, unknown>;
  /** Replaces the table's sentence where a better one is known; plain words, no upstream text. */
  sentence?: string;
}

/** Pages and routes are separate bundles with a copy of this class each, and services shared by the process throw across them. */
const BRAND = Symbol.for("thingdeck.app-error");

/** The one error type of the product: a code of the closed union, with what the log and the browser may know. */
export class AppError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }

  readonly [BRAND] = true;
  readonly code: AppErrorCode;
  /** Next hands it to the browser's error page in place of the message: no more than what an answer of the API says. */
  readonly digest: AppErrorCode;
  readonly context: AppErrorOptions["context"];
  readonly retryAfterMs: number | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly sentence: string;

  constructor(code: AppErrorCode, options: AppErrorOptions = {}) {
    super(code, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.digest = code;
    this.context = options.context;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
    this.sentence = options.sentence ?? MEANINGS[code].sentence;
  }

  get status(): number {
    return MEANINGS[this.code].status;
  }

  get isRetryable(): boolean {
    return MEANINGS[this.code].isRetryable;
  }
}

/** The table's entry for a code: status, whether a retry can help, and the sentence. */
export function meaningOf(code: AppErrorCode): AppErrorMeaning {
  return MEANINGS[code];
}

/** True for text that is one of the closed union's codes (used on bodies received by the browser). */
export function isAppErrorCode(text: unknown): text is AppErrorCode {
  return typeof text === "string" && Object.hasOwn(MEANINGS, text);
}

/** Body of every error answer of the HTTP API. */
export interface ErrorBody {
  error: { code: AppErrorCode; message: string; retryAfterMs?: number; details?: Record<string, unknown> };
}

/** The part of an error that may leave the server. A service that could not be reached is told with why: name, address or certificate. */
export function toErrorBody(error: AppError): ErrorBody {
  const failure = error.isRetryable ? connectionFailureOf(error.cause) : undefined;
  return {
    error: {
      code: error.code,
      message: failure === undefined ? error.sentence : `${error.sentence} ${failureSentence("The service’s", failure)}`,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      ...(error.details === undefined ? {} : { details: error.details }),
    },
  };
}

function meaning(status: number, sentence: string): AppErrorMeaning {
  return { status, isRetryable: false, sentence };
}

function retryable(status: number, sentence: string): AppErrorMeaning {
  return { status, isRetryable: true, sentence };
}
