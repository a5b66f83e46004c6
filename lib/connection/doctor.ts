import type { ConnectionState, DoctorStep, KeysOutlook } from "./connection-state.ts";
import type { ConnectionFacts } from "./fleet-connection.ts";

type Step = Omit<DoctorStep, "id" | "label">;

const waiting = (detail: string): Step => ({ outcome: "waiting", detail, denied: null, fix: null });
const running = (detail: string): Step => ({ outcome: "running", detail, denied: null, fix: null });
const ok = (detail: string): Step => ({ outcome: "ok", detail, denied: null, fix: null });
const failed = (detail: string, fix: string, denied: Step["denied"] = null): Step => ({ outcome: "failed", detail, denied, fix });

function signIn({ outcome, state }: ConnectionFacts): Step {
  if (state.status === "signed-out" || outcome?.status === "signed-out")
    return failed("You are signed out.", "Sign in again; you come back to this page.");
  return outcome ? ok("The server knows your session.") : running("Asking the server.");
}

function identity({ access, outcome }: ConnectionFacts): Step {
  if (access) return ok(`Your identity is ${access.identityId}.`);
  if (outcome?.status === "refused")
    return failed(outcome.sentence, "Ask an administrator to check your groups and the identity pool's roles.");
  if (outcome?.status === "setting-up") return ok("Your identity was created just now.");
  return waiting(outcome?.status === "unavailable" ? "Waits for an answer with keys." : "Waits for the sign-in.");
}

function policy({ outcome, access }: ConnectionFacts): Step {
  if (outcome?.status === "setting-up") return running("Your sites' policies are being attached; AWS may take minutes to apply them.");
  if (outcome?.status === "refused") return failed("No policy could be attached.", "Ask an administrator to add you to a site's group.");
  return access
    ? ok(`Policies for ${access.sites.map(({ label }) => label).join(", ") || "no site"}.`)
    : waiting("Waits for the identity.");
}

function keys({ access, outcome, keysEndAtMs }: ConnectionFacts, nowMs: number): Step {
  const until = keysEndAtMs === null ? "" : `${new Date(keysEndAtMs).toISOString().slice(11, 16)} UTC`;
  if (outcome?.status === "unavailable") {
    const atHand = until === "" ? "" : ` The keys at hand ${(keysEndAtMs ?? 0) > nowMs ? "end" : "ended"} at ${until}.`;
    return failed(
      `${outcome.sentence}${atHand}`,
      "The page tries again by itself; a running stream goes on as long as its connection lasts.",
    );
  }
  if (!access || until === "") return waiting("Waits for the policy.");
  return ok(`Read-only keys until ${until}.`);
}

/** What to tell while keys that are due cannot be renewed although values still come; null while nothing is wrong. */
export function keysOutlook({ state, outcome, keysEndAtMs }: ConnectionFacts): KeysOutlook | null {
  const isInVain = state.status === "live" && outcome?.status === "unavailable" && keysEndAtMs !== null;
  return isInVain ? { endAtMs: keysEndAtMs, sentence: outcome.sentence } : null;
}

/** From this attempt on it is more than a passing failure. */
const LASTING_ATTEMPT = 3;

/** Browsers tell no page why a WebSocket failed: a name that does not resolve, a certificate and a proxy all look alike (HAZARDS H13). */
function reconnectFix({ attempt, reason }: Extract<ConnectionState, { status: "reconnecting" }>, host: string): string {
  const healing = "The page comes back by itself; Retry now skips the wait.";
  if (reason.fix !== undefined) return `${healing} ${reason.fix}`;
  if (!reason.isGuess || attempt < LASTING_ATTEMPT) return healing;
  return `${healing} If it does not, look from this computer whether ${host} resolves, no proxy blocks it, and its certificate is valid.`;
}

function connect({ state, access }: ConnectionFacts): Step {
  const host = access ? new URL(access.mqttUrl).host : "the broker";
  switch (state.status) {
    case "live":
      return ok(`Connected to ${host}${state.latencyMs === null ? "" : `, ${state.latencyMs} ms there and back`}.`);
    case "refused":
      if (state.action === "iot:Connect") {
        return failed(
          "The broker refused this connection.",
          "The policy thingdeck-site-<id> must be attached to your identity and allow iot:Connect on your client ids; changes take 6 to 8 minutes.",
          { action: state.action, resource: state.resource },
        );
      }
      return state.action === "iot:Subscribe" ? ok(`Connected to ${host}.`) : waiting("Waits for keys.");
    case "reconnecting":
      return access ? failed(state.reason.sentence, reconnectFix(state, host)) : waiting("Waits for keys.");
    case "connecting":
      return access ? running(`Connecting to ${host}.`) : waiting("Waits for keys.");
    case "setting-up":
    case "signed-out":
      return waiting("Waits for keys.");
  }
}

function subscribe({ state, refusedFilters, isSubscribed, unansweredCount, plan }: ConnectionFacts): Step {
  const [refused] = refusedFilters.keys();
  if (refused !== undefined) {
    return failed(
      refusedFilters.size === 1 ? "The broker refused a subscription." : `The broker refused ${refusedFilters.size} subscriptions.`,
      "Your sites' policy must allow iot:Subscribe and iot:Receive there; changes take 6 to 8 minutes.",
      { action: "iot:Subscribe", resource: `topicfilter/${refused}` },
    );
  }
  if (state.status !== "live") return waiting("Waits for the connection.");
  if (unansweredCount > 0) {
    return failed(
      unansweredCount === 1
        ? "The broker has not answered a subscription."
        : `The broker has not answered ${unansweredCount} subscriptions.`,
      "The page asks again every few seconds; until an answer comes, changes may be missing here.",
    );
  }
  return isSubscribed ? ok(`${plan.filters.length} of 50 subscriptions in use.`) : running("Subscribing.");
}

function values({ state, lastHeardMs, plan }: ConnectionFacts, nowMs: number): Step {
  if (state.status !== "live") return waiting("Waits for the subscriptions.");
  if (plan.left.length > 0) {
    return failed(
      `${plan.left.length} things on screen do not fit 100 messages a second.`,
      "Filter the list, or open one device: it always streams.",
    );
  }
  const ageMs = lastHeardMs === null ? null : nowMs - lastHeardMs;
  return ageMs !== null && ageMs < 10_000 ? ok("The link is alive.") : running("Nothing has arrived for a while; the link is being asked.");
}

/** The way from sign-in to live values, step by step, with the one that fails. */
export function doctorSteps(facts: ConnectionFacts, nowMs: number): DoctorStep[] {
  return [
    { id: "sign-in", label: "Signed in", ...signIn(facts) },
    { id: "identity", label: "Identity", ...identity(facts) },
    { id: "policy", label: "Policies", ...policy(facts) },
    { id: "keys", label: "Keys", ...keys(facts, nowMs) },
    { id: "connect", label: "Connection", ...connect(facts) },
    { id: "subscribe", label: "Subscriptions", ...subscribe(facts) },
    { id: "values", label: "Values", ...values(facts, nowMs) },
  ];
}
