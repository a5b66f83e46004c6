"use client";

import { useId, useState, type ReactNode } from "react";
import { errorWords } from "@/lib/session/site-api.client";
import { inertText } from "@/components/fleet/inert-text";
import { useReadServerNow } from "@/components/live/use-thing-live";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { toasts } from "@/components/ui/toast-store";
import { ASSIGNEE_LENGTH_MAX } from "@/lib/alarms/alarm-row";
import type { AlarmView } from "@/lib/alarms/alarm-view";
import { alarmSubject, alarmValue } from "./alarm-words";
import { referenceOf, useAlarmAnswers } from "./use-alarms";

interface AnswerDialogProps {
  readonly alarm: AlarmView;
  readonly onClose: () => void;
}

const HOUR_MS = 3_600_000;
const SNOOZES = [
  { id: "30m", label: "30 minutes", ms: HOUR_MS / 2 },
  { id: "2h", label: "2 hours", ms: 2 * HOUR_MS },
  { id: "8h", label: "8 hours, a shift", ms: 8 * HOUR_MS },
  { id: "24h", label: "1 day", ms: 24 * HOUR_MS },
] as const;

/** Sends an answer once, says how it went, and closes when it was taken. */
function useSending(onClose: () => void) {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const send = (work: () => Promise<unknown>, done: string) => {
    setIsBusy(true);
    setError(null);
    work()
      .then(() => {
        toasts.show({ title: done, tone: "live" });
        onClose();
      })
      .catch((thrown: unknown) => setError(errorWords(thrown)))
      .finally(() => setIsBusy(false));
  };
  return { isBusy, error, send };
}

const leadOf = (alarm: AlarmView): string =>
  [inertText(alarm.label, 60), alarmSubject(alarm), alarmValue(alarm)].filter(Boolean).join(" · ");

interface FormDialogProps extends AnswerDialogProps {
  readonly title: string;
  readonly verb: string;
  readonly isBusy: boolean;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

function FormDialog({ alarm, onClose, title, verb, isBusy, onSubmit, children }: FormDialogProps) {
  return (
    <Dialog
      isOpen
      width="narrow"
      onClose={onClose}
      title={title}
      lead={leadOf(alarm)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" form="alarm-answer" isBusy={isBusy}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        id="alarm-answer"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
      </form>
    </Dialog>
  );
}

/** Says that a person has seen the alarm, with a note for the others. */
export function AcknowledgeDialog({ alarm, onClose }: AnswerDialogProps) {
  const { acknowledge } = useAlarmAnswers();
  const { isBusy, error, send } = useSending(onClose);
  const [note, setNote] = useState("");
  return (
    <FormDialog
      {...{ alarm, onClose, isBusy }}
      title="Acknowledge this alarm"
      verb="Acknowledge"
      onSubmit={() => send(() => acknowledge({ ...referenceOf(alarm), note: note.trim() }), "Acknowledged")}
    >
      <Field label="Note" hint="Optional. Everyone of the site reads it, with your name and the time." error={error ?? undefined}>
        <Input autoFocus maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
    </FormDialog>
  );
}

/** Puts the alarm off until a time, or wakes it. */
export function SnoozeDialog({ alarm, onClose }: AnswerDialogProps) {
  const { snooze } = useAlarmAnswers();
  const { isBusy, error, send } = useSending(onClose);
  const readServerNow = useReadServerNow();
  const [choice, setChoice] = useState<string>(SNOOZES[1].id);
  const [until, setUntil] = useState("");
  const untilMs = () => {
    const preset = SNOOZES.find(({ id }) => id === choice);
    return preset ? readServerNow() + preset.ms : new Date(until).getTime();
  };
  if (alarm.snoozed) {
    return (
      <FormDialog
        {...{ alarm, onClose, isBusy }}
        title="Wake this alarm"
        verb="Wake"
        onSubmit={() => send(() => snooze({ ...referenceOf(alarm), untilMs: null }), "Awake again")}
      >
        <p>It goes back among the alarms that wait for a person.</p>
        {error !== null && (
          <p role="alert" className="text-small text-alarm mt-2">
            {error}
          </p>
        )}
      </FormDialog>
    );
  }
  return (
    <FormDialog
      {...{ alarm, onClose, isBusy }}
      title="Snooze this alarm"
      verb="Snooze"
      onSubmit={() => send(() => snooze({ ...referenceOf(alarm), untilMs: untilMs() }), "Snoozed")}
    >
      <div className="flex flex-col gap-3">
        <Field label="For" hint="It comes back earlier if it gets worse." error={error ?? undefined}>
          <Select autoFocus className="w-full" value={choice} onChange={(event) => setChoice(event.target.value)}>
            {SNOOZES.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
            <option value="until">Until a time …</option>
          </Select>
        </Field>
        {choice === "until" && (
          <Field label="Until (local time)" hint="Within the next seven days.">
            <Input type="datetime-local" required value={until} onChange={(event) => setUntil(event.target.value)} />
          </Field>
        )}
      </div>
    </FormDialog>
  );
}

/** Says whose task the alarm is: oneself, or somebody by name. The names that the alarms already hold are offered. */
export function AssignDialog({
  alarm,
  names,
  me,
  onClose,
}: AnswerDialogProps & { readonly names: readonly string[]; readonly me: string }) {
  const { assign } = useAlarmAnswers();
  const { isBusy, error, send } = useSending(onClose);
  const [to, setTo] = useState(alarm.assigned?.to ?? me);
  const listId = useId();
  const name = to.trim();
  return (
    <FormDialog
      {...{ alarm, onClose, isBusy }}
      title="Whose task is this alarm?"
      verb={name === "" ? "Leave it to nobody" : "Assign"}
      onSubmit={() =>
        send(
          () => assign({ ...referenceOf(alarm), to: name === "" ? null : name }),
          name === "" ? "Nobody’s task now" : `Assigned to ${name}`,
        )
      }
    >
      <Field
        label="Name"
        hint="Everyone of the site reads it. Nobody is sent a message. Leave it empty to assign it to nobody."
        error={error ?? undefined}
      >
        <Input autoFocus list={listId} maxLength={ASSIGNEE_LENGTH_MAX} value={to} onChange={(event) => setTo(event.target.value)} />
      </Field>
      <datalist id={listId}>
        {names.map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
    </FormDialog>
  );
}
