/** Names the subject that a page was made for; a request that carries another one than the session's is refused. */
export const VIEWER_HEADER = "x-thingdeck-viewer";

/** What a signed-in person may do in the product: look, or also switch. A guest looks at one public site. */
export type Role = "operator" | "admin" | "guest";

/** The part of a viewer that may be shown to that viewer's browser. */
export interface ViewerSummary {
  sub: string;
  username: string;
  name: string;
  email: string;
  groups: string[];
  sites: { id: string; label: string }[];
  role: Role;
}
