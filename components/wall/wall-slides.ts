import type { FleetQuery } from "../fleet/fleet-query";
import { INDEXED_STATES } from "../fleet/liveness-words";

/** Devices on one slide; as many as stay readable across a room. */
export const CARDS_PER_SLIDE = 12;
/** No more slides of devices than these, so that every round comes back to the summary in time. */
const DEVICE_SLIDES_MAX = 20;

export type WallSlide = { readonly kind: "summary" } | { readonly kind: "devices"; readonly page: number };

/** What a wall's last path segment narrows to: a state's name, or everything; the search part narrows further. What needs a person comes first: a large fleet is shown in part. */
export function wallQuery(view: string, search: URLSearchParams, read: (search: URLSearchParams) => FleetQuery): FleetQuery {
  const asked = read(search);
  const query = { ...asked, sort: asked.sort ?? "state" };
  const state = INDEXED_STATES.find((candidate) => candidate === view);
  return state === undefined ? query : { ...query, state: [state] };
}

/** The round of slides: the summary first, then the devices twelve by twelve. */
export function wallSlides(thingCount: number): WallSlide[] {
  const pages = Math.min(DEVICE_SLIDES_MAX, Math.ceil(thingCount / CARDS_PER_SLIDE));
  return [{ kind: "summary" }, ...Array.from({ length: pages }, (_, page): WallSlide => ({ kind: "devices", page }))];
}
