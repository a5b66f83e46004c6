"use client";

import { Check, CircleDashed, X } from "lucide-react";
import { useConnectionState, useDoctor, useDropCounters, useRetryNow } from "@/components/live/use-connection";
import { BusyRing, Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { Sheet } from "@/components/ui/dialog";
import { Fact, Facts } from "@/components/ui/table";
import type { DoctorStep } from "@/lib/connection/connection-state";
import { connectionWords } from "./connection-words";
import { dropLines } from "./drop-lines";
import { useLocalNow } from "./use-local-now";

const OUTCOMES: Record<DoctorStep["outcome"], { word: string; className: string; icon: React.ReactNode }> = {
  ok: { word: "Passed", className: "border-live-mark text-live", icon: <Check className="size-3.5" aria-hidden /> },
  failed: { word: "Failed", className: "border-alarm-mark bg-alarm-soft text-alarm", icon: <X className="size-3.5" aria-hidden /> },
  running: { word: "Running", className: "border-accent text-accent", icon: <BusyRing /> },
  waiting: {
    word: "Waiting",
    className: "border-dashed border-control text-ink-3",
    icon: <CircleDashed className="size-3.5 opacity-0" aria-hidden />,
  },
};

function Step({ step }: { readonly step: DoctorStep }) {
  const outcome = OUTCOMES[step.outcome];
  return (
    <li className="before:bg-line-strong relative flex gap-3 pb-4 before:absolute before:top-7 before:bottom-0.5 before:left-[0.8125rem] before:w-px last:pb-0 last:before:hidden">
      <span className={classNames("bg-surface grid size-[1.625rem] shrink-0 place-items-center rounded-full border", outcome.className)}>
        {outcome.icon}
        <span className="sr-only">{outcome.word}:</span>
      </span>
      <div className="min-w-0 flex-1 pt-0.5">
        <p className="font-medium">{step.label}</p>
        <p className="text-small text-ink-2 break-words">{step.detail}</p>
        {step.denied && (
          <Facts className="rounded-small border-line bg-raised text-small mt-2 border px-2.5 py-2">
            <Fact label="Denied">
              <code className="font-mono break-all">{step.denied.action}</code>
            </Fact>
            <Fact label="On">
              <code className="font-mono break-all">{step.denied.resource}</code>
            </Fact>
          </Facts>
        )}
        {step.fix !== null && (
          <p className="border-accent text-small mt-2 border-l-2 pl-2.5">
            <span className="font-medium">What to do: </span>
            {step.fix}
          </p>
        )}
      </div>
    </li>
  );
}

function Throughput() {
  const drops = useDropCounters();
  const lines = dropLines(drops);
  return (
    <section className="border-line mt-5 border-t pt-4">
      <h3 className="caption mb-2">Since this tab opened</h3>
      <Facts>
        <Fact label="Arriving now">
          {Math.round(drops.messagesPerSecond)} of {drops.budgetPerSecond} messages a second
        </Fact>
        {lines.map((line) => (
          <Fact key={line.label} label={line.label}>
            <span className="font-medium">{line.count.toLocaleString("en")}</span> <span className="text-ink-3">{line.why}</span>
          </Fact>
        ))}
        {lines.length === 0 && <Fact label="Left out">Nothing. Every message that came is on screen.</Fact>}
      </Facts>
    </section>
  );
}

function Reason() {
  const state = useConnectionState();
  const nowMs = useLocalNow(1000, state.status === "reconnecting");
  if (state.status !== "reconnecting") return connectionWords(state, nowMs).spoken;
  return (
    <>
      {state.reason.sentence}
      {state.reason.isGuess && " (The browser hides the exact cause; this is the likeliest.)"} Attempt {state.attempt},{" "}
      {connectionWords(state, nowMs).chip.toLowerCase()}.
    </>
  );
}

/** The way from sign-in to live values, step by step, with what was denied and what to do. */
export function ConnectionDoctor({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const state = useConnectionState();
  const steps = useDoctor();
  const retryNow = useRetryNow();
  const canRetry = state.status === "reconnecting" || state.status === "refused" || state.status === "setting-up";
  return (
    <Sheet
      isOpen={isOpen}
      onClose={onClose}
      title="Connection doctor"
      lead={<Reason />}
      width="narrow"
      footer={
        canRetry ? (
          <Button tone="primary" onClick={retryNow}>
            Retry now
          </Button>
        ) : undefined
      }
    >
      <ol>
        {steps.map((step) => (
          <Step key={step.id} step={step} />
        ))}
      </ol>
      <Throughput />
    </Sheet>
  );
}
