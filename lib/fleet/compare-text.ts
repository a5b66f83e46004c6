/** The order of names and words on screens: figures by their value, no difference of case or accent. */
export const compareText = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
