import { compileCondition, type ConditionTest } from "./policy-condition.ts";
import type { PolicyDecision, PolicyDocument, PolicyRequest, PolicyStatement } from "./policy-document.ts";
import { parsePolicyDocument, type PolicyKind } from "./policy-malformed.ts";
import { matchesParts, splitArn } from "./policy-operators.ts";
import { compileText, createContextReader, layerContext, type ContextReader, type PolicyText } from "./policy-text.ts";

export { parsePolicyDocument, type PolicyKind } from "./policy-malformed.ts";

export interface NamedPolicyDocument {
  readonly policyName: string;
  readonly document: PolicyDocument;
}

/** What a request asks for, its ARN taken apart once for all statements. */
export interface RequestedResource {
  readonly arn: string;
  readonly parts: readonly string[] | undefined;
}

/** One statement, ready to be asked; `action` must be in lower case. */
export interface CompiledStatement {
  readonly statement: PolicyStatement;
  readonly isMatch: (action: string, resource: RequestedResource, context: ContextReader) => boolean;
}

/** Judges and compiles a document. Throws AwsError `MalformedPolicyDocument`. */
export function compilePolicy(document: PolicyDocument, kind: PolicyKind = "identity"): readonly CompiledStatement[] {
  const { Version, Statement } = parsePolicyDocument(document, kind);
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as readonly PolicyStatement[];
  return statements.map((statement) => compileStatement(statement, Version === "2012-10-17"));
}

/**
 * Decides as IAM does: an explicit deny anywhere wins, then any allow, else an implicit deny.
 * A malformed document refuses everything. Documents are compiled once (by object identity; they must not be changed).
 * `base` answers for keys that the request's own context lacks.
 */
export function evaluatePolicies(policies: readonly NamedPolicyDocument[], request: PolicyRequest, base?: ContextReader): PolicyDecision {
  const action = request.action.toLowerCase();
  const own = createContextReader(request.context);
  const context = base === undefined ? own : layerContext(own, base);
  const resource = { arn: request.resource, parts: splitArn(request.resource) };
  let allowedBy: PolicyDecision["by"];
  for (const { policyName, document } of policies) {
    const statements = compiledOnce(document);
    if (statements === undefined) return { decision: "implicitDeny" };
    for (const { statement, isMatch } of statements) {
      if (statement.Effect === "Allow" && allowedBy !== undefined) continue;
      if (!isMatch(action, resource, context)) continue;
      if (statement.Effect === "Deny") return { decision: "explicitDeny", by: { policyName, statement } };
      allowedBy = { policyName, statement };
    }
  }
  return allowedBy === undefined ? { decision: "implicitDeny" } : { decision: "allowed", by: allowedBy };
}

/** The same for one document. */
export function evaluatePolicy(document: PolicyDocument, request: PolicyRequest): PolicyDecision {
  return evaluatePolicies([{ policyName: "policy", document }], request);
}

const compiledDocuments = new WeakMap<PolicyDocument, readonly CompiledStatement[] | "malformed">();

function compiledOnce(document: PolicyDocument): readonly CompiledStatement[] | undefined {
  let compiled = compiledDocuments.get(document);
  if (compiled === undefined) {
    compiled = compileOrMalformed(document);
    compiledDocuments.set(document, compiled);
  }
  return compiled === "malformed" ? undefined : compiled;
}

function compileOrMalformed(document: PolicyDocument): readonly CompiledStatement[] | "malformed" {
  try {
    return compilePolicy(document, "iot");
  } catch {
    return "malformed";
  }
}

function compileStatement(statement: PolicyStatement, hasVariables: boolean): CompiledStatement {
  const { Action, NotAction, Resource, NotResource } = statement;
  const actions = list(Action ?? NotAction).map((pattern) => compileText(pattern.toLowerCase(), false));
  const resources = list(Resource ?? NotResource).map((pattern) => compileResource(pattern, hasVariables));
  const conditions = compileConditions(statement, hasVariables);
  const isNamed = new Map<string, boolean>();
  const namesAction = (action: string): boolean => {
    const known = isNamed.get(action) ?? actions.some((pattern) => pattern.isLike(action, NO_CONTEXT));
    // The actions of AWS are few; those a client makes up must not fill the memory.
    if (isNamed.size < 512) isNamed.set(action, known);
    return known;
  };
  return {
    statement,
    isMatch: (action, resource, context) => {
      if (namesAction(action) === (NotAction !== undefined)) return false;
      if (Resource !== undefined && !resources.some((matches) => matches(resource, context) === true)) return false;
      // A pattern whose variable has no value matches nothing, and excludes nothing either: the statement does not apply.
      if (NotResource !== undefined && !resources.every((matches) => matches(resource, context) === false)) return false;
      return conditions.every((holds) => holds(context));
    },
  };
}

const NO_CONTEXT: ContextReader = { get: () => undefined };

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

/** Undefined: a variable in the pattern has no single value. */
type ResourceTest = (resource: RequestedResource, context: ContextReader) => boolean | undefined;

/**
 * Part by part, as ARNs are; missing trailing parts are wildcards and variables exist after the fifth colon only.
 * Source: IAM User Guide, "IAM JSON policy elements: Resource" and "Policy variables".
 */
function compileResource(pattern: string, hasVariables: boolean): ResourceTest {
  if (pattern === "*") return () => true;
  const given = pattern.split(":");
  const parts = [...given.slice(0, 5), ...(given.length > 5 ? [given.slice(5).join(":")] : [])];
  while (parts.length < 6) parts.push("*");
  const patterns: PolicyText[] = parts.map((part, index) => compileText(part, hasVariables && index === 5));
  const [service, name] = [patterns.slice(0, 5), patterns[5]];
  // `topic/` of `topic/${x}`: another type of resource is no match, whatever the variable's value would be.
  const type = /^[^/:*?$]*[/:]/.exec(parts[5] ?? "")?.[0] ?? "";
  return (resource, context) => {
    const actual = resource.parts;
    if (actual?.[5]?.startsWith(type) !== true || !matchesParts(service, actual, context)) return false;
    if (name?.resolve(context) === undefined) return undefined;
    return name.isLike(actual[5], context);
  };
}

function compileConditions({ Condition, Effect }: PolicyStatement, hasVariables: boolean): ConditionTest[] {
  return Object.entries(Condition ?? {}).flatMap(([operatorName, block]) =>
    Object.entries(block).map(([key, value]) => {
      const values = (Array.isArray(value) ? value : [value]).map(String);
      return compileCondition({ operatorName, key, values, effect: Effect, hasVariables });
    }),
  );
}
