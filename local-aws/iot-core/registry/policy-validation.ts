import { compilePolicy } from "../../iam/evaluate-policy.ts";
import type { PolicyDocument } from "../../iam/policy-document.ts";
import { malformedPolicy } from "./errors.ts";

/** Characters of a policy document without whitespace (AWS IoT quota). */
export const POLICY_LENGTH_MAX = 2048;
/** Raw length of the service model. */
const POLICY_RAW_LENGTH_MAX = 404_600;

const VERSIONS = new Set(["2012-10-17", "2008-10-17"]);
const DOCUMENT_KEYS = new Set(["Version", "Id", "Statement"]);
const STATEMENT_KEYS = new Set(["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"]);
const ACTION = /^(\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/;
const RESOURCE = /^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+)$/s;
const OPERATOR =
  /^(ForAllValues:|ForAnyValue:)?((String(Not)?(Equals|EqualsIgnoreCase|Like)|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|(Not)?IpAddress|Arn(Not)?(Equals|Like)|Bool|BinaryEquals)(IfExists)?|Null)$/;

/**
 * Judges the text of an AWS IoT policy. Throws `MalformedPolicyException` naming the first fault, so that a document which
 * nobody can evaluate is never stored.
 */
export function parsePolicyDocument(text: unknown): PolicyDocument {
  if (typeof text !== "string" || text.trim() === "") throw malformed("the document is empty");
  if (text.length > POLICY_RAW_LENGTH_MAX || text.replaceAll(/\s/g, "").length > POLICY_LENGTH_MAX) {
    throw malformed(`the document is longer than ${POLICY_LENGTH_MAX} characters, whitespace not counted`);
  }
  const document = parseJson(text);
  requireKeys(document, DOCUMENT_KEYS, "the document");
  if (!VERSIONS.has(document.Version as string)) throw malformed("Version must be 2012-10-17 or 2008-10-17");
  if (document.Id !== undefined && typeof document.Id !== "string") throw malformed("Id must be a string");
  const statements = Array.isArray(document.Statement) ? (document.Statement as unknown[]) : [document.Statement];
  if (statements.length === 0) throw malformed("Statement is empty");
  const sids = statements.map(requireStatement).filter((sid) => sid !== undefined);
  if (new Set(sids).size < sids.length) throw malformed("Statement ids (Sid) must be unique");
  requireEvaluable(document);
  return document as unknown as PolicyDocument;
}

/** What the evaluator cannot compile must not be stored either. */
function requireEvaluable(document: Record<string, unknown>): void {
  try {
    compilePolicy(document as unknown as PolicyDocument, "iot");
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : "it cannot be evaluated");
  }
}

const malformed = (why: string) => malformedPolicy(`Policy document is Malformed: ${why}`);

function parseJson(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed("it is not valid JSON");
  }
  return requireObject(value, "the document");
}

function requireObject(value: unknown, what: string): Record<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw malformed(`${what} must be a JSON object`);
  return value as Record<string, unknown>;
}

function requireKeys(value: Record<string, unknown>, known: ReadonlySet<string>, what: string): void {
  const unknown = Object.keys(value).find((key) => !known.has(key));
  if (unknown !== undefined) throw malformed(`${what} has an unknown element ${unknown}`);
}

function requireStatement(value: unknown): string | undefined {
  const statement = requireObject(value, "a statement");
  requireKeys(statement, STATEMENT_KEYS, "a statement");
  if (statement.Sid !== undefined && typeof statement.Sid !== "string") throw malformed("Sid must be a string");
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") throw malformed("Effect must be Allow or Deny");
  requireOneOf(statement, "Action", "NotAction", ACTION);
  requireOneOf(statement, "Resource", "NotResource", RESOURCE);
  if (statement.Condition !== undefined) requireCondition(statement.Condition);
  return statement.Sid;
}

function requireOneOf(statement: Record<string, unknown>, name: string, inverse: string, pattern: RegExp): void {
  const present = [name, inverse].filter((key) => statement[key] !== undefined);
  if (present.length !== 1) throw malformed(`a statement needs ${name} or ${inverse}`);
  const key = present[0] ?? name;
  const values = Array.isArray(statement[key]) ? (statement[key] as unknown[]) : [statement[key]];
  if (values.length === 0) throw malformed(`${key} is empty`);
  for (const value of values) {
    if (typeof value !== "string" || !pattern.test(value)) throw malformed(`${key} has an invalid value`);
  }
}

function requireCondition(value: unknown): void {
  for (const [operator, keys] of Object.entries(requireObject(value, "Condition"))) {
    if (!OPERATOR.test(operator)) throw malformed(`unknown condition operator ${operator}`);
    for (const [key, values] of Object.entries(requireObject(keys, `Condition ${operator}`))) {
      const list = Array.isArray(values) ? (values as unknown[]) : [values];
      const areScalars = list.every((item) => ["string", "number", "boolean"].includes(typeof item));
      if (key === "" || list.length === 0 || !areScalars) throw malformed(`condition key ${key} has an invalid value`);
    }
  }
}
