import type { ControlSettings } from "@/lib/fleet/thing-type-schema";
import type { Json } from "@/lib/fleet/thing";
import { inertText } from "@/components/fleet/inert-text";

/** A control's value as people say it: "Running", "42 %", "Eco"; a dash for what is not known. */
export function valueWords(control: ControlSettings | undefined, value: Json | undefined): string {
  if (value === undefined || value === null) return "–";
  if (control?.kind === "boolean" && typeof value === "boolean") return value ? control.onLabel : control.offLabel;
  if (control?.kind === "number" && typeof value === "number") return control.unit === "" ? String(value) : `${value} ${control.unit}`;
  if (control?.kind === "enum") {
    const option = control.options.find((candidate) => candidate.value === value);
    if (option) return option.label;
  }
  if (typeof value === "boolean") return value ? "On" : "Off";
  return inertText(typeof value === "string" ? value : JSON.stringify(value), 60);
}
