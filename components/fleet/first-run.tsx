import { Radio } from "lucide-react";
import { EmptyState } from "@/components/ui/empty-state";

const STEPS = [
  { title: "Register a thing", text: "Give it the attribute site, and if you like label and intervalSeconds." },
  { title: "Give it a certificate and the device policy", text: "It connects with its thing name as client id." },
  { title: "Let it report", text: "Telemetry goes to its own topic, its state to its shadow. The row appears here by itself." },
];

/** Before the first device: how one appears. */
export function FirstRun() {
  return (
    <EmptyState title="No devices yet" icon={<Radio className="size-5" />}>
      <p>A device appears here as soon as it is registered for one of your sites.</p>
      <ol className="mx-auto mt-5 grid max-w-xl gap-4 text-left sm:grid-cols-3">
        {STEPS.map((step, index) => (
          <li key={step.title} className="border-accent border-l-2 pl-3">
            <p className="caption">Step {index + 1}</p>
            <p className="text-ink font-medium">{step.title}</p>
            <p className="text-small">{step.text}</p>
          </li>
        ))}
      </ol>
      <p className="mt-5">
        To see a real one now, make this machine a device:{" "}
        <code className="rounded-small bg-well text-small px-1.5 py-0.5 font-mono">npm run device</code>. A deck with a whole simulated
        fleet starts with <code className="rounded-small bg-well text-small px-1.5 py-0.5 font-mono">npm run demo</code>.
      </p>
    </EmptyState>
  );
}
