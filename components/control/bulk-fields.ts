import { describeControls } from "@/lib/fleet/describe-thing";
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

/** What can be set on a selection, the field most devices have first. Where types differ in a field's range, the first type's is offered and the server checks each. */
export function bulkFields(selection: readonly ThingSummary[]): BulkField[] {
  const fields = new Map<string, BulkField>();
  for (const thing of selection) {
    for (const [field, control] of Object.entries(describeControls(thing.thingType, thing.shadow))) {
      const known = fields.get(field);
      if (!known) fields.set(field, { field, control, count: 1, guard: control.guard });
      else {
        known.count += 1;
        if (STRICTNESS.indexOf(control.guard) > STRICTNESS.indexOf(known.guard)) known.guard = control.guard;
      }
    }
  }
  return [...fields.values()].sort((one, other) => other.count - one.count);
}
