/** A site of the fleet: the id stands in topics and policies, the label on screens. */
export interface Site {
  id: string;
  label: string;
}

/** What the id of a site may be: nothing that topics, policies or settings would read as more than a word. */
export const SITE_ID = /^[a-z0-9][a-z0-9-]{0,31}$/;
