import { z } from "zod";

export type { AccessQuestion, Decision } from "./policy-statements.ts";

/** The kinds of question that the "can I" box takes, with how their text becomes a resource. */
export const QUESTION_KINDS = {
  watch: {
    action: "iot:Subscribe",
    resource: (text: string) => `topicfilter/${text}`,
    label: "Watch a topic",
    example: "dt/harbor/+/telemetry",
  },
  receive: {
    action: "iot:Receive",
    resource: (text: string) => `topic/${text}`,
    label: "Receive a message",
    example: "dt/harbor/harbor-pump-01/telemetry",
  },
  publish: {
    action: "iot:Publish",
    resource: (text: string) => `topic/${text}`,
    label: "Publish a message",
    example: "dt/harbor/harbor-pump-01/telemetry",
  },
  connect: {
    action: "iot:Connect",
    resource: (text: string) => `client/${text}`,
    label: "Connect as a client id",
    example: "harbor-pump-01",
  },
  switch: {
    action: "iot:UpdateThingShadow",
    resource: (text: string) => `thing/${text}`,
    label: "Switch a device",
    example: "harbor-pump-01",
  },
  remove: {
    action: "iot:DeleteThingShadow",
    resource: (text: string) => `thing/${text}`,
    label: "Delete a device's shadow",
    example: "harbor-pump-01",
  },
} as const;
export type QuestionKind = keyof typeof QUESTION_KINDS;

/** Questions that the control role answers: its keys are used by the server only. */
export const CONTROL_ROLE_QUESTIONS: ReadonlySet<string> = new Set([QUESTION_KINDS.switch.action, QUESTION_KINDS.remove.action]);

/** What POST /api/access/check takes. */
export const accessCheckSchema = z.strictObject({
  kind: z.enum(Object.keys(QUESTION_KINDS) as [QuestionKind, ...QuestionKind[]]),
  text: z.string().trim().min(1).max(256),
});

/** What POST /api/access/check answers. */
export interface AccessAnswer {
  isAllowed: boolean;
  action: string;
  resource: string;
  sentence: string;
  /** The deciding statement as AWS spells it; absent when nothing allows it. */
  statement?: unknown;
}
