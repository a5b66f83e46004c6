import { z } from "zod";
import { evaluatePolicies } from "../../iam/evaluate-policy.ts";
import type { PolicyContext, PolicyDecision } from "../../iam/policy-document.ts";
import { isIdentityId } from "../registry/arns.ts";
import type { Registry } from "../registry/create-registry.ts";
import { invalidRequest } from "../registry/errors.ts";
import type { NamedPolicy } from "../registry/registry.ts";
import type { RestRoute } from "../rest/rest-route.ts";
import type { DefineOperation } from "./operation.ts";

const ACTIONS = { CONNECT: "iot:Connect", PUBLISH: "iot:Publish", SUBSCRIBE: "iot:Subscribe", RECEIVE: "iot:Receive" } as const;

const authInfo = z.object({ actionType: z.enum(["CONNECT", "PUBLISH", "SUBSCRIBE", "RECEIVE"]), resources: z.array(z.string()).min(1) });

const testBody = z.object({
  principal: z.string().optional(),
  cognitoIdentityPoolId: z.string().optional(),
  authInfos: z.array(authInfo).min(1).max(10),
  policyNamesToAdd: z.array(z.string()).optional(),
  policyNamesToSkip: z.array(z.string()).optional(),
});

const effectiveBody = z.object({ principal: z.string().optional(), cognitoIdentityPoolId: z.string().optional() });

/** GetEffectivePolicies and TestAuthorization: what the IoT policies of a principal say; its IAM role is not asked. */
export function effectivePolicyRoutes(define: DefineOperation, registry: Registry): RestRoute[] {
  return [
    define({
      method: "POST",
      path: "/effective-policies",
      operation: "GetEffectivePolicies",
      body: effectiveBody,
      run: ({ input: { principal }, query }) => {
        const things = [query.get("thingName") ?? []].flat();
        const groups = things.flatMap((thingName) => registry.thingGroups.groupsOf(registry.things.require(thingName).thingName));
        const targets = [principal ?? [], groups.map(({ groupArn }) => groupArn)].flat();
        if (targets.length === 0 && things.length === 0) throw invalidRequest("A principal or a thing name is required");
        const names = new Set(targets.flatMap((target) => registry.policiesOf(target)).map(({ policyName }) => policyName));
        const effectivePolicies = [...names].map((name) => {
          const { policyName, policyArn, defaultVersionId } = registry.policies.require(name);
          return { policyName, policyArn, policyDocument: registry.policies.version(name, defaultVersionId).policyDocument };
        });
        return { effectivePolicies };
      },
    }),
    define({
      method: "POST",
      path: "/test-authorization",
      operation: "TestAuthorization",
      body: testBody,
      run: ({ input, query }) => testAuthorization(registry, { ...input, clientId: query.get("clientId") ?? undefined }),
    }),
  ];
}

type TestInput = z.output<typeof testBody> & { readonly clientId: string | undefined };

function testAuthorization(registry: Registry, input: TestInput) {
  const skipped = new Set(input.policyNamesToSkip);
  const attached = input.principal === undefined ? [] : registry.policiesOf(input.principal);
  const added = (input.policyNamesToAdd ?? []).map((name): NamedPolicy => {
    const policy = registry.policies.require(name);
    return { policyName: name, document: registry.policies.document(policy) };
  });
  const policies = [...attached.filter(({ policyName }) => !skipped.has(policyName)), ...added];
  const context = contextOf(registry, input);
  return {
    authResults: input.authInfos.map((info) => {
      const decisions = info.resources.map((resource) =>
        evaluatePolicies(policies, { action: ACTIONS[info.actionType], resource, context }),
      );
      return { authInfo: info, ...describe(registry, decisions, policies), missingContextValues: [] };
    }),
  };
}

/** The values that a connection of this client would bring. */
function contextOf(registry: Registry, { principal, cognitoIdentityPoolId, clientId }: TestInput): PolicyContext {
  const thing = clientId === undefined ? undefined : registry.thing(clientId);
  const isAttached = principal !== undefined && thing !== undefined && registry.things.principalsOf(thing.thingName).includes(principal);
  const isCognito = principal !== undefined && isIdentityId(principal);
  return {
    ...(clientId === undefined ? {} : { "iot:ClientId": clientId }),
    "iot:Connection.Thing.IsAttached": String(isAttached),
    ...(isAttached
      ? {
          "iot:Connection.Thing.ThingName": thing.thingName,
          "iot:Connection.Thing.ThingTypeName": thing.thingTypeName,
          ...Object.fromEntries(
            Object.entries(thing.attributes).map(([name, value]) => [`iot:Connection.Thing.Attributes[${name}]`, value]),
          ),
        }
      : {}),
    ...(isCognito ? { "cognito-identity.amazonaws.com:sub": principal, "cognito-identity.amazonaws.com:aud": cognitoIdentityPoolId } : {}),
  };
}

/** One answer for all resources of a question: the strictest. An implicit deny names the policies that say nothing about it. */
function describe(registry: Registry, decisions: readonly PolicyDecision[], asked: readonly NamedPolicy[]) {
  const summariesOf = (names: readonly string[]) =>
    [...new Set(names)].map((policyName) => ({ policyName, policyArn: registry.policies.require(policyName).policyArn }));
  const policiesBehind = (kind: PolicyDecision["decision"]) =>
    summariesOf(decisions.flatMap(({ decision, by }) => (decision === kind && by !== undefined ? [by.policyName] : [])));
  const isDenied = decisions.some(({ decision }) => decision === "explicitDeny");
  if (isDenied) return { authDecision: "EXPLICIT_DENY", denied: { explicitDeny: { policies: policiesBehind("explicitDeny") } } };
  const isAllowed = decisions.every(({ decision }) => decision === "allowed");
  if (isAllowed) return { authDecision: "ALLOWED", allowed: { policies: policiesBehind("allowed") } };
  const silent = summariesOf(asked.map(({ policyName }) => policyName));
  return { authDecision: "IMPLICIT_DENY", denied: { implicitDeny: { policies: silent } } };
}
