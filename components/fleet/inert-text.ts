/** Bidirectional overrides, invisible characters and control codes: what makes one name pass for another. Joiners stay, scripts need them. */
const DECEIVING =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** Text of several lines from a device, safe to put on screen: nothing hidden in it, and at most `lengthMax` characters. */
export function inertBlock(text: string, lengthMax: number): string {
  const characters = Array.from(text.slice(0, lengthMax * 2).replace(DECEIVING, "\ufffd"));
  const isCut = characters.length > lengthMax || text.length > lengthMax * 2;
  return isCut ? `${characters.slice(0, lengthMax).join("")}…` : characters.join("");
}

/** The same on one line. */
export const inertText = (text: string, lengthMax = 160): string => inertBlock(text, lengthMax).replace(/[\t\n\r]+/g, " ");
