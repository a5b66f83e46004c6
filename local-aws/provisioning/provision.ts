import { createHash } from "node:crypto";
import type { Logger } from "../platform/log.ts";
import type { Store } from "../platform/store.ts";
import { NO_VALUE, referencesIn, resolveCondition, resolveIntrinsics, type Scope } from "./intrinsics.ts";
import type { ResourceHandler, ResourceResult } from "./resource-handler.ts";
import { describeIssues, parseTemplate, type Template, type TemplateResource } from "./template.ts";

export interface ProvisionInput {
  /** A CloudFormation template, as parsed from its JSON. */
  readonly template: unknown;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** By resource type; the key `Custom::` stands for every custom resource. */
  readonly handlers: Readonly<Record<string, ResourceHandler>>;
  readonly store: Store;
  readonly log: Logger;
}

/** What is kept of a resource between starts. */
export interface ProvisionedResource extends ResourceResult {
  readonly type: string;
  readonly order: number;
  /** Of a custom resource's properties: CloudFormation calls its function again only when they change. */
  readonly propertiesDigest?: string;
}

export interface Provisioned {
  readonly outputs: Readonly<Record<string, string>>;
  /** By logical id. */
  readonly resources: ReadonlyMap<string, ProvisionedResource>;
}

/**
 * Makes the stand-in what the template says, resource by resource in the order of their references.
 * Resources that left the template are removed, except those with data in them.
 * Throws an Error that names the logical id, the type and the property or function that is not understood.
 */
export async function provision(input: ProvisionInput): Promise<Provisioned> {
  const template = parseTemplate(input.template);
  const known = input.store.table<ProvisionedResource>("provisioned-resources");
  const provisioned = new Map<string, ProvisionedResource>();
  const scope = createScope(template, input, provisioned);
  const wanted = Object.entries(template.Resources).filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition));
  requireKnownTypes(wanted, input.handlers);
  for (const [logicalId, resource] of inOrder(new Map(wanted))) {
    const before = known.get(logicalId);
    if (before !== undefined && before.type !== resource.Type) await removeResource(input, logicalId, before);
    const result = await applyResource(input, scope, {
      logicalId,
      resource,
      before: before?.type === resource.Type ? before : undefined,
    });
    const entry = { ...result, type: resource.Type, order: provisioned.size };
    provisioned.set(logicalId, entry);
    known.put(logicalId, entry);
  }
  const gone = known.entries().filter(([logicalId]) => !provisioned.has(logicalId));
  for (const [logicalId, before] of gone.sort(([, a], [, b]) => b.order - a.order)) await removeResource(input, logicalId, before);
  return { outputs: resolveOutputs(template, scope), resources: provisioned };
}

function handlerOf(type: string, handlers: ProvisionInput["handlers"]): ResourceHandler | undefined {
  return handlers[type] ?? (type.startsWith("Custom::") ? handlers["Custom::"] : undefined);
}

function requireKnownTypes(wanted: readonly [string, TemplateResource][], handlers: ProvisionInput["handlers"]): void {
  const unknown = wanted.filter(([, { Type }]) => handlerOf(Type, handlers) === undefined);
  if (unknown.length === 0) return;
  const names = unknown.map(([logicalId, { Type }]) => `${logicalId} (${Type})`).join(", ");
  throw new Error(`The template has resource types that the local AWS does not understand: ${names}`);
}

async function applyResource(
  input: ProvisionInput,
  scope: Scope,
  { logicalId, resource, before }: { logicalId: string; resource: TemplateResource; before: ProvisionedResource | undefined },
): Promise<ResourceResult & { propertiesDigest?: string }> {
  const handler = handlerOf(resource.Type, input.handlers);
  try {
    const properties = resolveIntrinsics(resource.Properties, scope) as Record<string, unknown>;
    const judged = handler?.schema.safeParse(properties);
    if (handler === undefined || judged?.success !== true)
      throw new Error(judged?.error === undefined ? "no handler" : describeIssues(judged.error));
    const propertiesDigest = createHash("sha256").update(JSON.stringify(properties)).digest("hex");
    const isCustom = resource.Type.startsWith("Custom::");
    if (isCustom && before?.propertiesDigest === propertiesDigest) return before;
    const physicalId = before?.physicalId;
    const { physicalId: id, attributes } = await handler.apply({ logicalId, type: resource.Type, properties, physicalId });
    return { physicalId: id, attributes, ...(isCustom && { propertiesDigest }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Resource ${logicalId} (${resource.Type}) of the template: ${reason}`, { cause: error });
  }
}

async function removeResource({ handlers, store, log }: ProvisionInput, logicalId: string, before: ProvisionedResource): Promise<void> {
  const remove = handlerOf(before.type, handlers)?.remove;
  if (remove === undefined) {
    log.warn({ logicalId, type: before.type, physicalId: before.physicalId }, "left the template; kept, because there may be data in it");
    return;
  }
  await remove({ logicalId, physicalId: before.physicalId });
  store.table<ProvisionedResource>("provisioned-resources").delete(logicalId);
  log.info({ logicalId, type: before.type, physicalId: before.physicalId }, "left the template; removed");
}

/** Every resource after those it refers to or depends on. Throws an Error that names a circle. */
function inOrder(resources: ReadonlyMap<string, TemplateResource>): [string, TemplateResource][] {
  const ordered = new Map<string, TemplateResource>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    const resource = resources.get(logicalId);
    if (resource === undefined || ordered.has(logicalId)) return;
    if (path.includes(logicalId))
      throw new Error(`The template's resources depend on each other in a circle: ${[...path, logicalId].join(" -> ")}`);
    const needed = [...[resource.DependsOn ?? []].flat(), ...referencesIn(resource.Properties)];
    for (const one of needed) visit(one, [...path, logicalId]);
    ordered.set(logicalId, resource);
  };
  for (const logicalId of resources.keys()) visit(logicalId, []);
  return [...ordered];
}

function createScope(template: Template, input: ProvisionInput, provisioned: ReadonlyMap<string, ResourceResult>): Scope {
  const { region, accountId, stackName } = input;
  const pseudo: Readonly<Record<string, unknown>> = {
    "AWS::AccountId": accountId,
    "AWS::Region": region,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": stackName,
    "AWS::StackId": stackIdOf(input),
    "AWS::NotificationARNs": [],
    "AWS::NoValue": NO_VALUE,
  };
  const scope: Scope = {
    ref: (name) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      return Object.hasOwn(template.Parameters, name) ? parameterValue(template, name) : provisioned.get(name)?.physicalId;
    },
    attribute: (logicalId, name) => {
      const attributes = provisioned.get(logicalId)?.attributes ?? {};
      return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    },
    condition: (name) => {
      if (!Object.hasOwn(template.Conditions, name)) throw new Error(`Condition ${name} is not defined in the template`);
      return resolveCondition(template.Conditions[name], scope);
    },
    mapping: (map, first, second) => template.Mappings[map]?.[first]?.[second],
  };
  return scope;
}

/** As a stack's ARN; the last part, random on AWS, is the account's here, so that it stays the same. */
export function stackIdOf({ region, accountId, stackName }: Pick<ProvisionInput, "region" | "accountId" | "stackName">): string {
  return `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/00000000-0000-4000-8000-${accountId}`;
}

/** Parameters have their defaults here; those that CDK reads from the account's bootstrap stack have no meaning and stay unread. */
function parameterValue({ Parameters }: Template, name: string): unknown {
  const parameter = Parameters[name];
  if (parameter?.Type.startsWith("AWS::SSM::Parameter::Value") === true && name !== "BootstrapVersion") {
    throw new Error(`Parameter ${name} (${parameter.Type}) is read from Systems Manager, which the local AWS does not have`);
  }
  if (parameter?.Default === undefined) throw new Error(`Parameter ${name} has no default, and the local AWS gives none`);
  const isList = parameter.Type === "CommaDelimitedList" || parameter.Type.startsWith("List<");
  return isList ? String(parameter.Default).split(",") : String(parameter.Default);
}

function resolveOutputs({ Outputs }: Template, scope: Scope): Record<string, string> {
  const entries = Object.entries(Outputs)
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([name, { Value }]) => {
      const value = resolveIntrinsics(Value, scope);
      if (typeof value !== "string") throw new Error(`Output ${name} of the template is not a string`);
      return [name, value] as const;
    });
  return Object.fromEntries(entries);
}
