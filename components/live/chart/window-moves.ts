import type { TimeWindow } from "@/lib/telemetry/thing-live";

const SPAN_MS_MIN = 5_000;
const SPAN_MS_MAX = 7 * 86_400_000;

/** A window scaled around an instant; factors below 1 zoom in. Between five seconds and a week. */
export function zoomWindow({ fromMs, toMs }: TimeWindow, factor: number, aroundMs: number): TimeWindow {
  const span = Math.min(SPAN_MS_MAX, Math.max(SPAN_MS_MIN, (toMs - fromMs) * factor));
  const share = (aroundMs - fromMs) / (toMs - fromMs);
  const from = Math.round(aroundMs - span * share);
  return { fromMs: from, toMs: Math.round(from + span) };
}

/** A window moved by a share of its span, never beyond now. */
export function panWindow({ fromMs, toMs }: TimeWindow, share: number, nowMs: number): TimeWindow {
  const span = toMs - fromMs;
  const to = Math.min(nowMs, Math.round(toMs + span * share));
  return { fromMs: to - span, toMs: to };
}

/** The window a brush has marked; null when it was too short to be meant. */
export function brushWindow({ fromMs, toMs }: TimeWindow, fromShare: number, toShare: number): TimeWindow | null {
  const span = toMs - fromMs;
  const from = fromMs + span * Math.min(fromShare, toShare);
  const to = fromMs + span * Math.max(fromShare, toShare);
  return to - from < SPAN_MS_MIN / 5 ? null : { fromMs: Math.round(from), toMs: Math.round(Math.max(to, from + SPAN_MS_MIN)) };
}
