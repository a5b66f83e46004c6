"use client";

import { Check, X } from "lucide-react";
import { type SyntheticEvent, useState } from "react";
import { errorWords, sendJson } from "@/lib/session/site-api.client";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { type AccessAnswer, QUESTION_KINDS, type QuestionKind } from "@/lib/credentials/access-question";

type Asked = { status: "idle" } | { status: "busy" } | { status: "answered"; answer: AccessAnswer } | { status: "failed"; words: string };

const ask = (kind: QuestionKind, text: string): Promise<AccessAnswer> => sendJson("POST", "/api/access/check", { kind, text });

/** "Can I ...?": asks the server and shows the statement that allows or denies. */
export function CanIBox() {
  const [kind, setKind] = useState<QuestionKind>("watch");
  const [text, setText] = useState<string>(QUESTION_KINDS.watch.example);
  const [asked, setAsked] = useState<Asked>({ status: "idle" });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setAsked({ status: "busy" });
    ask(kind, text).then(
      (answer) => setAsked({ status: "answered", answer }),
      (error: unknown) => setAsked({ status: "failed", words: errorWords(error) }),
    );
  };
  const choose = (next: QuestionKind) => {
    setKind(next);
    setText(QUESTION_KINDS[next].example);
    setAsked({ status: "idle" });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-[14rem_1fr_auto] sm:items-end">
        <Field label="Can I">
          <Select value={kind} onChange={({ target }) => choose(target.value as QuestionKind)} className="w-full">
            {Object.entries(QUESTION_KINDS).map(([value, { label }]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Topic, client id or device">
          <Input
            value={text}
            onChange={({ target }) => setText(target.value)}
            maxLength={256}
            required
            spellCheck={false}
            className="font-mono"
          />
        </Field>
        <Button type="submit" tone="primary" isBusy={asked.status === "busy"}>
          Ask
        </Button>
      </div>
      <div aria-live="polite">
        {asked.status === "answered" && <Answer answer={asked.answer} />}
        {asked.status === "failed" && <p className="text-alarm">{asked.words}</p>}
      </div>
    </form>
  );
}

function Answer({ answer }: { readonly answer: AccessAnswer }) {
  const Mark = answer.isAllowed ? Check : X;
  return (
    <div className="rounded-panel border-line bg-raised flex flex-col gap-2 border p-3">
      <p className="flex items-center gap-2 font-medium">
        <Mark aria-hidden className={answer.isAllowed ? "text-live size-4" : "text-ink-2 size-4"} />
        {answer.sentence}
      </p>
      <p className="text-small text-ink-2 font-mono break-all">
        {answer.action} on {answer.resource}
      </p>
      {answer.statement !== undefined && (
        <pre className="text-small bg-well rounded-small scroll-slim overflow-x-auto p-2 font-mono">
          {JSON.stringify(answer.statement, null, 2)}
        </pre>
      )}
    </div>
  );
}
