import { X509Certificate } from "node:crypto";
import type { PolicyContext } from "../../iam/policy-document.ts";
import type { IotCaller } from "../broker/broker.ts";
import type { Certificate, RegistryReader, Thing } from "../registry/registry.ts";

/** The MQTT connection a request belongs to; absent over HTTP. */
export interface IotConnectionContext {
  readonly clientId: string;
  readonly sourceIp: string;
  /** Features the CONNECT asked for, values of `iot:ConnectAttributes`. */
  readonly connectAttributes?: readonly string[];
  /** ARN of the will topic, value of `iot:LastWillTopic`. */
  readonly lastWillTopicArn?: string;
}

/** Attributes of a distinguished name, by OpenSSL's short name (AWS IoT, "X.509 Certificate policy variables"). */
const NAME_PARTS: Readonly<Record<string, string>> = {
  CN: "CommonName",
  C: "Country",
  O: "Organization",
  OU: "OrganizationalUnit",
  ST: "State",
  serialNumber: "SerialNumber",
  title: "Title",
  SN: "Surname",
  GN: "GivenName",
  dnQualifier: "DistinguishedNameQualifier",
};

/**
 * Values of condition keys and policy variables of AWS IoT Core (developer guide, "Basic policy variables", "Thing policy
 * variables", "X.509 Certificate policy variables"). What a caller has no value for is absent, so a policy that names it
 * does not match.
 */
export function iotPolicyContext(
  caller: IotCaller,
  connection: IotConnectionContext | undefined,
  sourceIp: string | undefined,
  registry: RegistryReader,
): PolicyContext {
  const ip = connection?.sourceIp ?? sourceIp;
  return {
    ...(caller.kind === "sigv4" ? caller.principal.context : {}),
    ...(caller.kind === "certificate" ? certificateContext(registry.certificate(caller.certificateId)) : {}),
    ...(ip === undefined ? {} : { "aws:SourceIp": ip }),
    ...(connection === undefined ? {} : connectionContext(caller, connection, registry)),
  };
}

function connectionContext(caller: IotCaller, connection: IotConnectionContext, registry: RegistryReader): PolicyContext {
  const { clientId, connectAttributes, lastWillTopicArn } = connection;
  return {
    "iot:ClientId": clientId,
    ...(connectAttributes === undefined ? {} : { "iot:ConnectAttributes": connectAttributes }),
    ...(lastWillTopicArn === undefined ? {} : { "iot:LastWillTopic": lastWillTopicArn }),
    ...thingContext(caller, registry.thing(clientId), registry),
  };
}

/** The thing is the one named like the client id, and it counts only when the caller is attached to it. */
function thingContext(caller: IotCaller, thing: Thing | undefined, registry: RegistryReader): PolicyContext {
  const principal = thingPrincipal(caller);
  if (thing === undefined || principal === undefined) return {};
  const isAttached = registry.thingsOf(principal).some((candidate) => candidate.thingName === thing.thingName);
  if (!isAttached) return { "iot:Connection.Thing.IsAttached": "false" };
  const context: Record<string, string> = {
    "iot:Connection.Thing.IsAttached": "true",
    "iot:Connection.Thing.ThingName": thing.thingName,
  };
  if (thing.thingTypeName !== undefined) context["iot:Connection.Thing.ThingTypeName"] = thing.thingTypeName;
  for (const [name, value] of Object.entries(thing.attributes)) context[`iot:Connection.Thing.Attributes[${name}]`] = value;
  return context;
}

/** What AttachThingPrincipal attaches: a certificate or a Cognito identity. */
function thingPrincipal(caller: IotCaller): string | undefined {
  if (caller.kind === "certificate") return caller.certificateArn;
  return caller.kind === "sigv4" ? caller.principal.cognito?.identityId : undefined;
}

const certificateContexts = new Map<string, PolicyContext>();

function certificateContext(certificate: Certificate | undefined): PolicyContext {
  if (certificate === undefined) return {};
  const known = certificateContexts.get(certificate.certificateId);
  if (known !== undefined) return known;
  const parsed = new X509Certificate(certificate.pem);
  const context = {
    ...nameContext("Subject", parsed.subject),
    ...nameContext("Issuer", parsed.issuer),
    "iot:Certificate.SerialNumber": parsed.serialNumber,
  };
  if (certificateContexts.size > 10_000) certificateContexts.clear();
  certificateContexts.set(certificate.certificateId, context);
  return context;
}

function nameContext(who: "Subject" | "Issuer", name: string): Record<string, string> {
  const context: Record<string, string> = {};
  for (const line of name.split("\n")) {
    const at = line.indexOf("=");
    const part = NAME_PARTS[line.slice(0, at)];
    if (part !== undefined) context[`iot:Certificate.${who}.${part}`] ??= line.slice(at + 1);
  }
  return context;
}
