/**
 * The list's rows are lines of their own: in a table of the browser's, a row that comes into sight lays out every other one again, and each cell
 * that cuts its text is painted apart. The elements say by their roles what `display` takes from them.
 */
export const LINE = "border-line flex items-center border-b";

/** What is inside cuts its own text, where it can be too long. */
export const CELL = "shrink-0 px-3 whitespace-nowrap";

export const HEAD_CELL = "caption shrink-0 px-3 text-left whitespace-nowrap";

export const SELECT_CELL = "w-9 shrink-0 pl-3 text-left leading-none";
