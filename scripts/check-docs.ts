import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./support/paths.ts";

/** Every path and npm command that a document names has to exist; prose that has gone stale fails the build. */
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

function documents(): string[] {
  const docs = existsSync(join(root, "docs"))
    ? readdirSync(join(root, "docs"), { recursive: true }).map((name) => join("docs", String(name)))
    : [];
  return ["README.md", "local-aws/README.md", ...docs].filter((path) => path.endsWith(".md") && existsSync(join(root, path)));
}

const TREES = ["app", "components", "lib", "local-aws", "infra", "bench", "tests", "scripts", "docs", "public", ".ci", ".github"];

function problemsOf(document: string): string[] {
  const text = readFileSync(join(root, document), "utf8");
  const problems: string[] = [];
  for (const [, name] of text.matchAll(/npm run ([a-z][\w:-]*)/g)) {
    if (name !== undefined && manifest.scripts[name] === undefined) problems.push(`${document}: there is no script "npm run ${name}"`);
  }
  for (const [, target] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)/g)) {
    if (target !== undefined && !existsSync(join(root, dirname(document), target)))
      problems.push(`${document}: the link ${target} leads nowhere`);
  }
  for (const [, code] of text.matchAll(/`([^`\n]+)`/g)) {
    if (code !== undefined && isPath(code) && !existsSync(join(root, code)) && !existsSync(join(root, dirname(document), code))) {
      problems.push(`${document}: the path ${code} does not exist`);
    }
  }
  return problems;
}

/** A path of this repository, as far as its spelling tells: no spaces, no placeholders, and a folder we have. */
function isPath(code: string): boolean {
  return /^[\w./()[\]-]+$/.test(code) && code.includes("/") && TREES.includes(code.split("/")[0] ?? "");
}

const problems = documents().flatMap(problemsOf);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);
