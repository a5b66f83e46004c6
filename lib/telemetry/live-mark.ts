/** The name of the meta element of pages that hold a live connection, known from the first bytes; it says for whom the page was made. */
export const LIVE_MARK = "thingdeck-live";
