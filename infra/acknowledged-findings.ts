import { type Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { Settings } from "./settings.ts";

interface Acknowledgement {
  /** Construct path below the stack. */
  at: string;
  /** cdk-nag's rule, or the bracketed finding of AwsSolutions-IAM5. */
  findings: string[];
  reason: string;
}

const THINGS = "thing/*";

/** Every cdk-nag finding that stays, each with its reason; tests/infra fails on one that no longer occurs. */
export function acknowledgedFindings(settings: Settings): Acknowledgement[] {
  return [
    ...userPoolFindings(settings),
    {
      at: "Identities/ViewerRole/Resource",
      findings: [
        ...["topic", "topicfilter"].flatMap((kind) => ["dt", "st", "fleet"].map((root) => iot(`${kind}/${root}/*`))),
        iot("client/<cognito-identity.amazonaws.com:sub>-*"),
      ],
      reason: "Reading only. The IoT policies attached to the identity cut this down to the user's own sites.",
    },
    {
      at: "Identities/ControlRole/Resource",
      findings: [iot(THINGS), iot("thing/*/*")],
      reason: "Things come and go without a deploy; the server checks the thing's site, and the second finding is a Deny.",
    },
    {
      at: "Functions/command-expiry-role/Resource",
      findings: [iot(THINGS), iot("thing/*/*")],
      reason: "An expired command of any thing is taken back also when no server runs; the last finding is a Deny.",
    },
    {
      at: "Functions/fleet-indexing-role/Resource",
      findings: [resource("*")],
      reason: "The indexing configuration belongs to the account; AWS IoT has no resource to name for it.",
    },
    { at: "Rules/Role/Resource", findings: [iot("topic/st/*"), iot(THINGS)], reason: "One rule serves every site and every thing." },
    {
      at: "Server/Policy/Resource",
      findings: [iot(THINGS), iot("policy/thingdeck-*"), iot("client/<AWS::Region>:*")],
      reason: "Reading of things and our own policies; DeleteConnection reaches dashboards' client ids only.",
    },
    {
      at: "Server/Policy/Resource",
      findings: [resource("*")],
      reason: "Attach, detach and list IoT policies of Cognito identities: an identity is no ARN, so AWS has no resource to name.",
    },
    ...guestFindings(settings),
  ];
}

/** Hands the list to CDK's validation. */
export function acknowledgeFindings(stack: Stack, settings: Settings): void {
  for (const { at, findings, reason } of acknowledgedFindings(settings)) {
    const construct = at.split("/").reduce<IConstruct>((parent, id) => parent.node.findChild(id), stack);
    Validations.of(construct).acknowledge(...findings.map((finding) => ({ id: `AwsSolutions::AwsSolutions-${finding}`, reason })));
  }
}

function userPoolFindings({ totp }: Settings): Acknowledgement[] {
  const plusTier: Acknowledgement = {
    at: "Users/Pool",
    findings: ["COG8"],
    reason: "Threat protection costs per user and month; the pool is closed to sign-up, and a deployer may raise the tier.",
  };
  const mfa: Acknowledgement = {
    at: "Users/Pool",
    findings: ["COG2"],
    reason: "A second factor is the deployer's setting (totp=required).",
  };
  return totp === "required" ? [plusTier] : [plusTier, mfa];
}

function guestFindings({ guestSite }: Settings): Acknowledgement[] {
  if (guestSite === "") return [];
  return [
    { at: "Identities/Pool", findings: ["COG7"], reason: "The deployer asked for a public site (guestSite)." },
    {
      at: "Identities/GuestRole/Resource",
      findings: [
        ...["topic", "topicfilter"].flatMap((kind) => ["dt", "st", "fleet"].map((root) => iot(`${kind}/${root}/${guestSite}/*`))),
        iot("client/<cognito-identity.amazonaws.com:sub>-*"),
      ],
      reason: "Reading of the one public site.",
    },
  ];
}

const resource = (value: string): string => `IAM5[Resource::${value}]`;
const iot = (value: string): string => resource(`arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>:${value}`);
