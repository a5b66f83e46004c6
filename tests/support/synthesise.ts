import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
  Principal?: Record<string, unknown>;
}
export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
}
export interface Template {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
  Parameters?: Record<string, unknown>;
}

const ROOT = join(import.meta.dirname, "../..");

/** Runs the CDK app as the product does, in its own process. Throws with the app's words when it refuses. */
export function synthesise(context: Record<string, string> = {}): Template {
  const output = mkdtempSync(join(tmpdir(), "thingdeck-synth-"));
  const pairs = Object.entries(context).flatMap(([key, value]) => ["--context", `${key}=${value}`]);
  try {
    execFileSync(process.execPath, ["infra/app.ts", "--output", output, ...pairs], { cwd: ROOT, stdio: "pipe" });
    return JSON.parse(readFileSync(join(output, "Thingdeck.template.json"), "utf8")) as Template;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

export function resourcesOf(template: Template, type: string): [string, Record<string, unknown>][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, { Properties }]) => [id, Properties]);
}

/** Intrinsics as one comparable string: pseudo parameters stay as `${Name}`, references as `${LogicalId.Attribute}`. */
export function flat(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const [[intrinsic, argument] = ["", undefined]] = Object.entries(value) as [string, unknown][];
  if (intrinsic === "Ref") return `\${${String(argument)}}`;
  if (intrinsic === "Fn::GetAtt") return `\${${(argument as string[]).join(".")}}`;
  if (intrinsic === "Fn::Join") {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(flat).join(separator);
  }
  throw new Error(`intrinsic not expected here: ${intrinsic}`);
}

export const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

interface PolicyDocument {
  Statement: Statement[];
}

/** Every statement of IAM and IoT policies with where it stands. */
export function statementsOf(template: Template): { owner: string; statement: Statement }[] {
  return Object.entries(template.Resources).flatMap(([owner, { Type, Properties }]) =>
    documentsOf(Type, Properties).flatMap(({ Statement }) => Statement.map((statement) => ({ owner, statement }))),
  );
}

function documentsOf(type: string, properties: Record<string, unknown>): PolicyDocument[] {
  switch (type) {
    case "AWS::IAM::Role":
      return ((properties.Policies as { PolicyDocument: PolicyDocument }[] | undefined) ?? []).map(({ PolicyDocument }) => PolicyDocument);
    case "AWS::IAM::Policy":
    case "AWS::IAM::ManagedPolicy":
    case "AWS::IoT::Policy":
      return [properties.PolicyDocument as PolicyDocument];
    default:
      return [];
  }
}
