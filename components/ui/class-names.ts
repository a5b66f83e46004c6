type ClassName = string | false | null | undefined;

/** Joins class names, leaving out the empty ones; callers pass layout classes only, so nothing needs merging. */
export const classNames = (...names: ClassName[]): string => names.filter(Boolean).join(" ");
