import { aws_iot as iot } from "aws-cdk-lib";
import { Construct } from "constructs";
import { iotArn } from "../arn.ts";
import type { Settings } from "../settings.ts";

/** The first topic level of everything a dashboard may read (DESIGN.md 4). */
export const READABLE_ROOTS = ["dt", "st", "fleet"] as const;
/** Only the identity's own dashboards: a device's client id never starts with an identity id. */
export const OWN_DASHBOARDS = "client/${cognito-identity.amazonaws.com:sub}-*";

const THING = "${iot:Connection.Thing.ThingName}";
const SITE = "${iot:Connection.Thing.Attributes[site]}";

interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

/** What an identity with this scope may read: `harbor`, or `*` for every site. */
export function readStatements(siteScope: string): Statement[] {
  const paths = READABLE_ROOTS.map((root) => `${root}/${siteScope}${siteScope === "*" ? "" : "/*"}`);
  return [
    { Effect: "Allow", Action: "iot:Connect", Resource: iotArn(OWN_DASHBOARDS) },
    { Effect: "Allow", Action: "iot:Subscribe", Resource: paths.map((path) => iotArn(`topicfilter/${path}`)) },
    { Effect: "Allow", Action: "iot:Receive", Resource: paths.map((path) => iotArn(`topic/${path}`)) },
  ];
}

/** Classic shadows only: a named shadow's resource is `thing/<name>/<shadow>`, and `*` spans the slash. */
export function controlStatements(): Statement[] {
  const actions = ["iot:GetThingShadow", "iot:UpdateThingShadow"];
  return [
    { Effect: "Allow", Action: actions, Resource: iotArn("thing/*") },
    { Effect: "Deny", Action: actions, Resource: iotArn("thing/*/*") },
  ];
}

/** A device speaks as its own thing, from its own site, about its own shadow. */
function deviceStatements(): Statement[] {
  const shadow = `$aws/things/${THING}/shadow`;
  const answers = ["update/accepted", "update/rejected", "update/delta", "get/accepted", "get/rejected"];
  return [
    {
      Effect: "Allow",
      Action: "iot:Connect",
      Resource: iotArn(`client/${THING}`),
      Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
    },
    {
      Effect: "Allow",
      Action: "iot:Publish",
      Resource: [`dt/${SITE}/${THING}/telemetry`, `${shadow}/update`, `${shadow}/get`].map((topic) => iotArn(`topic/${topic}`)),
    },
    { Effect: "Allow", Action: "iot:Subscribe", Resource: answers.map((answer) => iotArn(`topicfilter/${shadow}/${answer}`)) },
    { Effect: "Allow", Action: "iot:Receive", Resource: answers.map((answer) => iotArn(`topic/${shadow}/${answer}`)) },
  ];
}

/** The second half of every authorization: an identity may do what its role AND an attached policy allow (AWS.md C.1). */
export class IotPolicies extends Construct {
  constructor(scope: Construct, id: string, { sites }: Settings) {
    super(scope, id);
    for (const site of sites) this.createPolicy(`thingdeck-site-${site.id}`, readStatements(site.id));
    this.createPolicy("thingdeck-all-sites", readStatements("*"));
    this.createPolicy("thingdeck-control", controlStatements());
    this.createPolicy("thingdeck-device", deviceStatements());
  }

  private createPolicy(policyName: string, Statement: Statement[]): void {
    new iot.CfnPolicy(this, policyName, { policyName, policyDocument: { Version: "2012-10-17", Statement } });
  }
}
