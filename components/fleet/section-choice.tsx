"use client";

import { Select } from "@/components/ui/field";
import { SECTION_FIELDS } from "@/lib/fleet/thing-sections";
import { FIELD_LABELS } from "./fleet-query";
import type { FleetQueryControls } from "./use-fleet-query";
import { useSites } from "./use-sites";

/** What the rows stand together by; kept in the address, and so in saved views. */
export function SectionChoice({ controls }: { readonly controls: FleetQueryControls }) {
  const { sites } = useSites();
  return (
    <Select
      aria-label="Group by"
      value={controls.query.by ?? ""}
      onChange={(event) => controls.setSections(SECTION_FIELDS.find((field) => field === event.target.value) ?? null)}
    >
      <option value="">Not grouped</option>
      {SECTION_FIELDS.filter((field) => field !== "site" || sites.length > 1).map((field) => (
        <option key={field} value={field}>
          By {FIELD_LABELS[field].toLowerCase()}
        </option>
      ))}
    </Select>
  );
}
