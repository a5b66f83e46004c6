import { commonControl, describeControls } from "@/lib/fleet/describe-thing";
import type { Guard, ControlSettings } from "@/lib/fleet/thing-type-schema";
import type { ThingSummary } from "@/lib/fleet/thing";

/** A field that at least one of the picked devices has as a control. */
export interface BulkField {
  field: string;
  control: ControlSettings;
  /** How many of the picked devices have it. */
  count: number;
  /** The strictest guard among them. */
  guard: Guard;
}

const STRICTNESS: readonly Guard[] = ["none", "confirm", "type-the-name"];

/**
 * What can be set on a selection, the field most devices have first, in words that fit all of them. Where types differ in a field's range, the
 * first type's is offered and the server checks each.
 */
export function bulkFields(selection: readonly ThingSummary[]): BulkField[] {
  const byField = new Map<string, [ControlSettings, ...ControlSettings[]]>();
  for (const thing of selection) {
    for (const [field, control] of Object.entries(describeControls(thing.thingType, thing.shadow))) {
      const known = byField.get(field);
      if (known) known.push(control);
      else byField.set(field, [control]);
    }
  }
  return [...byField]
    .map(([field, controls]) => ({
      ...{ field, control: commonControl(field, controls), count: controls.length },
      guard: STRICTNESS.findLast((guard) => controls.some((control) => control.guard === guard)) ?? "none",
    }))
    .sort((one, other) => other.count - one.count);
}
