import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { ResourceHandler, ResourceInput } from "../../provisioning/resource-handler.ts";
import type { RegistryWrites } from "./create-registry.ts";

const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional();

/** The registry's CloudFormation types. Things and attachments made by hand are left alone. */
export function registryResourceHandlers(registry: RegistryWrites): Record<string, ResourceHandler> {
  return {
    "AWS::IoT::Policy": policyHandler(registry),
    "AWS::IoT::Thing": thingHandler(registry),
    "AWS::IoT::ThingType": thingTypeHandler(registry),
    "AWS::IoT::ThingGroup": thingGroupHandler(registry),
    "AWS::IoT::PolicyPrincipalAttachment": policyAttachmentHandler(registry),
    "AWS::IoT::ThingPrincipalAttachment": thingAttachmentHandler(registry),
  };
}

/** A handler whose properties are typed by its schema. */
function handler<Schema extends z.ZodType>(
  schema: Schema,
  apply: (properties: z.output<Schema>, input: ResourceInput) => { physicalId: string; attributes: Record<string, string> },
): ResourceHandler {
  return { schema, apply: (input) => apply(schema.parse(input.properties), input) };
}

/** CloudFormation's way of naming what the template leaves unnamed: kept over restarts by the physical id. */
const nameOf = (given: string | undefined, { logicalId, physicalId }: ResourceInput) =>
  given ?? physicalId ?? `Thingdeck-${logicalId}-${randomBytes(6).toString("hex").toUpperCase()}`;

function policyHandler({ policies }: RegistryWrites): ResourceHandler {
  const schema = z.strictObject({ PolicyName: z.string().optional(), PolicyDocument: z.record(z.string(), z.unknown()), Tags: tags });
  return handler(schema, (properties, input) => {
    const policyName = nameOf(properties.PolicyName, input);
    const text = JSON.stringify(properties.PolicyDocument);
    const known = policies.find(policyName);
    if (known === undefined) policies.create(policyName, text);
    else if (policies.version(policyName, known.defaultVersionId).policyDocument !== text) {
      const oldest = known.versions.find(({ versionId }) => versionId !== known.defaultVersionId);
      if (known.versions.length >= 5 && oldest !== undefined) policies.deleteVersion(policyName, oldest.versionId);
      policies.createVersion(policyName, text, true);
    }
    return { physicalId: policyName, attributes: { Arn: policies.require(policyName).policyArn, Id: policyName } };
  });
}

function thingHandler({ things }: RegistryWrites): ResourceHandler {
  const payload = z.strictObject({ Attributes: z.record(z.string(), z.string()).optional() });
  const schema = z.strictObject({ ThingName: z.string().optional(), AttributePayload: payload.optional() });
  return handler(schema, (properties, input) => {
    const thingName = nameOf(properties.ThingName, input);
    const attributes = properties.AttributePayload?.Attributes ?? {};
    if (things.find(thingName) === undefined) things.create(thingName, { attributes });
    else things.update(thingName, { attributes });
    return { physicalId: thingName, attributes: { Arn: things.arn(thingName), Id: things.require(thingName).thingId } };
  });
}

function thingTypeHandler({ thingTypes }: RegistryWrites): ResourceHandler {
  const schema = z.strictObject({
    ThingTypeName: z.string().optional(),
    DeprecateThingType: z.boolean().optional(),
    ThingTypeProperties: z
      .strictObject({ SearchableAttributes: z.array(z.string()).optional(), ThingTypeDescription: z.string().optional() })
      .optional(),
    Tags: tags,
  });
  return handler(schema, (properties, input) => {
    const name = nameOf(properties.ThingTypeName, input);
    const { SearchableAttributes: searchableAttributes, ThingTypeDescription: thingTypeDescription } = properties.ThingTypeProperties ?? {};
    const wanted = { searchableAttributes, thingTypeDescription };
    const type = thingTypes.find(name) === undefined ? thingTypes.create(name, wanted) : thingTypes.update(name, wanted);
    if (properties.DeprecateThingType !== undefined) thingTypes.deprecate(name, !properties.DeprecateThingType);
    return { physicalId: name, attributes: { Arn: type.thingTypeArn, Id: type.thingTypeId } };
  });
}

function thingGroupHandler({ thingGroups }: RegistryWrites): ResourceHandler {
  const attributePayload = z.strictObject({ Attributes: z.record(z.string(), z.string()).optional() });
  const schema = z.strictObject({
    ThingGroupName: z.string().optional(),
    ParentGroupName: z.string().optional(),
    ThingGroupProperties: z
      .strictObject({ ThingGroupDescription: z.string().optional(), AttributePayload: attributePayload.optional() })
      .optional(),
    Tags: tags,
  });
  return handler(schema, (given, input) => {
    const name = nameOf(given.ThingGroupName, input);
    const { ThingGroupDescription: thingGroupDescription, AttributePayload } = given.ThingGroupProperties ?? {};
    const properties = { thingGroupDescription, attributes: AttributePayload?.Attributes };
    const group =
      thingGroups.find(name) === undefined
        ? thingGroups.create(name, { parentGroupName: given.ParentGroupName, properties })
        : thingGroups.update(name, properties);
    return { physicalId: name, attributes: { Arn: group.groupArn, Id: group.groupId } };
  });
}

function policyAttachmentHandler(registry: RegistryWrites): ResourceHandler {
  return handler(z.strictObject({ PolicyName: z.string(), Principal: z.string() }), ({ PolicyName, Principal }, { logicalId }) => {
    registry.attachPolicy(PolicyName, Principal);
    return { physicalId: logicalId, attributes: {} };
  });
}

function thingAttachmentHandler(registry: RegistryWrites): ResourceHandler {
  return handler(z.strictObject({ ThingName: z.string(), Principal: z.string() }), ({ ThingName, Principal }, { logicalId }) => {
    registry.attachThingPrincipal(ThingName, Principal);
    return { physicalId: logicalId, attributes: {} };
  });
}
