interface Node<Value> {
  readonly children: Map<string, Node<Value>>;
  single: Node<Value> | undefined;
  /** Subscribers whose filter ends here. */
  here: Set<Value> | undefined;
  /** Subscribers of `…/#` below this level. */
  below: Set<Value> | undefined;
}

const MATCH_CACHE_MAX = 8192;

/**
 * Topic filters by level. Differs from MQTT where AWS does: `a/#` matches `a/`, `a/b` and `a/b/c`, and not `a`.
 * As in MQTT, a leading wildcard does not match topics that begin with `$`.
 */
export class SubscriptionTrie<Value> {
  readonly #root: Node<Value> = emptyNode();
  /** Results by topic: devices repeat their topics, and walking the trie costs more than a look-up. */
  readonly #matches = new Map<string, readonly Value[]>();
  readonly #arrange: (found: readonly Value[]) => readonly Value[];

  /** `arrange` sees each match result once, before it is remembered. */
  constructor(arrange: (found: readonly Value[]) => readonly Value[] = (found) => found) {
    this.#arrange = arrange;
  }

  add(pattern: string, value: Value): void {
    const { node, isHash } = this.#nodeOf(pattern);
    if (isHash) (node.below ??= new Set()).add(value);
    else (node.here ??= new Set()).add(value);
    this.#matches.clear();
  }

  remove(pattern: string, value: Value): void {
    const levels = pattern.split("/");
    removeAt(this.#root, levels, 0, value);
    this.#matches.clear();
  }

  /** Every value once, however many of its filters match. */
  match(topic: string): readonly Value[] {
    const known = this.#matches.get(topic);
    if (known !== undefined) return known;
    const found = new Set<Value>();
    collect(this.#root, topic.split("/"), 0, found);
    const result = this.#arrange([...found]);
    if (this.#matches.size >= MATCH_CACHE_MAX) this.#matches.clear();
    this.#matches.set(topic, result);
    return result;
  }

  #nodeOf(pattern: string): { node: Node<Value>; isHash: boolean } {
    let node = this.#root;
    for (const level of pattern.split("/")) {
      if (level === "#") return { node, isHash: true };
      node = level === "+" ? (node.single ??= emptyNode()) : childOf(node, level);
    }
    return { node, isHash: false };
  }
}

function emptyNode<Value>(): Node<Value> {
  return { children: new Map(), single: undefined, here: undefined, below: undefined };
}

function childOf<Value>(node: Node<Value>, level: string): Node<Value> {
  const known = node.children.get(level);
  if (known !== undefined) return known;
  const created = emptyNode<Value>();
  node.children.set(level, created);
  return created;
}

function collect<Value>(node: Node<Value>, levels: readonly string[], depth: number, found: Set<Value>): void {
  const level = levels[depth];
  if (level === undefined) {
    for (const value of node.here ?? []) found.add(value);
    return;
  }
  const mayUseWildcard = depth > 0 || !level.startsWith("$");
  if (mayUseWildcard) {
    for (const value of node.below ?? []) found.add(value);
    if (node.single !== undefined) collect(node.single, levels, depth + 1, found);
  }
  const child = node.children.get(level);
  if (child !== undefined) collect(child, levels, depth + 1, found);
}

/** Removes the value and every node that became empty; answers whether `node` is empty now. */
function removeAt<Value>(node: Node<Value>, levels: readonly string[], depth: number, value: Value): boolean {
  const level = levels[depth];
  if (level === undefined) {
    node.here?.delete(value);
    if (node.here?.size === 0) node.here = undefined;
  } else if (level === "#") {
    node.below?.delete(value);
    if (node.below?.size === 0) node.below = undefined;
  } else {
    const child = level === "+" ? node.single : node.children.get(level);
    if (child !== undefined && removeAt(child, levels, depth + 1, value)) {
      if (level === "+") node.single = undefined;
      else node.children.delete(level);
    }
  }
  return node.here === undefined && node.below === undefined && node.single === undefined && node.children.size === 0;
}
