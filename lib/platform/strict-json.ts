const DEPTH_MAX = 32;
const REFUSED_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Why a JSON text was refused; the text itself is never repeated. */
export class StrictJsonError extends Error {
  override readonly name = "StrictJsonError";
}

/**
 * Parses JSON after one linear scan that refuses nesting deeper than 32, duplicate keys and prototype keys.
 * `JSON.parse` keeps the last of two equal keys, so two readers of one body could disagree about what it says.
 * Throws StrictJsonError.
 */
export function parseStrictJson(text: string): unknown {
  scan(text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new StrictJsonError("not JSON");
  }
}

interface Frame {
  keys: Set<string> | null;
  isKeyNext: boolean;
}

function scan(text: string): void {
  const frames: Frame[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    const frame = frames.at(-1);
    if (character === '"') {
      const end = endOfString(text, index);
      if (frame?.keys && frame.isKeyNext) addKey(frame.keys, text.slice(index, end + 1));
      if (frame) frame.isKeyNext = false;
      index = end;
    } else if (character === "{" || character === "[") {
      if (frames.length >= DEPTH_MAX) throw new StrictJsonError("nested too deeply");
      frames.push({ keys: character === "{" ? new Set() : null, isKeyNext: character === "{" });
    } else if (character === "}" || character === "]") {
      frames.pop();
    } else if (character === "," && frame?.keys) {
      frame.isKeyNext = true;
    }
  }
}

function addKey(keys: Set<string>, literal: string): void {
  const key = decodeString(literal);
  if (REFUSED_KEYS.has(key)) throw new StrictJsonError("refused key");
  if (keys.has(key)) throw new StrictJsonError("duplicate key");
  keys.add(key);
}

/** `"\u0061"` and `"a"` are one key, so literals are compared by what they mean. */
function decodeString(literal: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch {
    throw new StrictJsonError("not JSON");
  }
}

function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    if (text[index] === "\\") index += 1;
    else if (text[index] === '"') return index;
  }
  throw new StrictJsonError("not JSON");
}
