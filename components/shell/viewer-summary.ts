import type { ViewerSummary } from "@/lib/session/viewer";

/** The part of a viewer that goes to that viewer's browser, field by field: nothing is sent by accident. */
export const viewerSummary = ({ sub, username, name, email, groups, sites, role }: ViewerSummary): ViewerSummary => ({
  sub,
  username,
  name,
  email,
  groups,
  sites: sites.map(({ id, label }) => ({ id, label })),
  role,
});
