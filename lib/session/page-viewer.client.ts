import "client-only";
import { VIEWER_HEADER } from "./viewer.ts";

let pageSub: string | null = null;

/** Says for whom this page was made; from then on its requests are answered for that person or not at all. */
export function setPageViewer(sub: string): void {
  pageSub = sub;
}

/** The header that ties a request to this page's viewer: between another tab's sign-in and its news here, the cookie is already somebody else's. */
export const pageViewerHeaders = (): Record<string, string> => (pageSub === null ? {} : { [VIEWER_HEADER]: pageSub });
