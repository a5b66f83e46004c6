"use client";

import useSWR, { useSWRConfig } from "swr";
import { sendJson } from "@/lib/session/site-api.client";
import { useConnectionState } from "@/components/live/use-connection";
import type { AcknowledgeRequest, AssignRequest, SnoozeRequest } from "@/lib/alarms/alarm-request";
import type { AlarmState, Severity } from "@/lib/alarms/alarm-row";
import type { AlarmsAnswer, AlarmView } from "@/lib/alarms/alarm-view";

const REFRESH_MS = 5_000;
const PATH = "/api/alarms";

/** What a person can do with an alarm. */
export type AlarmVerb = "acknowledge" | "snooze" | "assign";

export interface AlarmFilter {
  site?: readonly string[];
  thing?: string | undefined;
  severity?: readonly Severity[];
  state?: readonly AlarmState[];
  limit?: number;
}

function narrowed(path: string, { site, thing, severity, state, limit }: AlarmFilter): string {
  const query = new URLSearchParams();
  if (site?.length) query.set("site", site.join(","));
  if (thing) query.set("thing", thing);
  if (severity?.length) query.set("severity", severity.join(","));
  if (state?.length) query.set("state", state.join(","));
  if (limit !== undefined) query.set("limit", String(limit));
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** The address of the alarm list narrowed this way. */
export const alarmsHref = (filter: AlarmFilter): string => narrowed("/alarms", filter);

/** The alarms that the cloud knows of, read again every few seconds; every part of the page that asks the same shares one answer. */
export function useAlarms(filter: AlarmFilter = {}) {
  const isSignedOut = useConnectionState().status === "signed-out";
  return useSWR<AlarmsAnswer, unknown>(isSignedOut ? null : narrowed(PATH, filter), { refreshInterval: REFRESH_MS });
}

/** How many alarms are in each state among all of the viewer's sites; undefined until the first answer. */
export function useAlarmCounts() {
  return useAlarms({ limit: 1 }).data?.counts;
}

/** The answers to an alarm; they reject with AppError, and on success every list on the page is read again. */
export function useAlarmAnswers() {
  const { mutate } = useSWRConfig();
  const reload = () => mutate((key) => typeof key === "string" && key.startsWith(PATH));
  const send = async (verb: AlarmVerb, body: AcknowledgeRequest | SnoozeRequest | AssignRequest) => {
    try {
      return (await sendJson<{ alarm: AlarmView }>("POST", `${PATH}/${verb}`, body)).alarm;
    } finally {
      void reload();
    }
  };
  return {
    acknowledge: (body: AcknowledgeRequest) => send("acknowledge", body),
    snooze: (body: SnoozeRequest) => send("snooze", body),
    assign: (body: AssignRequest) => send("assign", body),
  };
}

/** Names one raising of one alarm, as every answer does. */
export const referenceOf = ({ thing, metric, raisedAtMs }: AlarmView) => ({ thing, metric, raisedAtMs });
