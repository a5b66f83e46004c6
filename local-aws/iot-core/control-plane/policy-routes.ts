import { z } from "zod";
import { iotArn, type ArnScope } from "../registry/arns.ts";
import type { Registry } from "../registry/create-registry.ts";
import type { Policy } from "../registry/policies.ts";
import { paginate } from "../rest/pagination.ts";
import type { RestRoute } from "../rest/rest-route.ts";
import { param, toSeconds, type DefineOperation, type OperationCall } from "./operation.ts";

const documentBody = z.object({ policyDocument: z.string() });

/** Policies and their versions. */
export function policyRoutes(define: DefineOperation, scope: ArnScope, registry: Registry): RestRoute[] {
  const { policies } = registry;
  const resources = (call: OperationCall<unknown>) => [iotArn(scope, "policy", param(call, "policyName"))];
  return [
    define({
      method: "POST",
      path: "/policies/{policyName}",
      operation: "CreatePolicy",
      body: documentBody,
      resources,
      run: (call) => {
        const { policyName, policyArn } = policies.create(param(call, "policyName"), call.input.policyDocument);
        return { policyName, policyArn, policyDocument: call.input.policyDocument, policyVersionId: "1" };
      },
    }),
    define({
      method: "GET",
      path: "/policies/{policyName}",
      operation: "GetPolicy",
      resources,
      run: (call) => {
        const policy = policies.require(param(call, "policyName"));
        const { policyDocument } = policies.version(policy.policyName, policy.defaultVersionId);
        return { ...summaryOf(policy), policyDocument, defaultVersionId: policy.defaultVersionId, ...datesOf(policy) };
      },
    }),
    define({
      method: "DELETE",
      path: "/policies/{policyName}",
      operation: "DeletePolicy",
      resources,
      run: (call) => policies.delete(param(call, "policyName")),
    }),
    define({
      method: "GET",
      path: "/policies",
      operation: "ListPolicies",
      run: ({ query }) => {
        const { items, nextToken } = paginate(policies.list(), ({ policyName }) => policyName, markerPage(query));
        return { policies: items.map(summaryOf), nextMarker: nextToken };
      },
    }),
    ...versionRoutes(define, registry, resources),
  ];
}

function versionRoutes(
  define: DefineOperation,
  { policies }: Registry,
  resources: (call: OperationCall<unknown>) => string[],
): RestRoute[] {
  const path = "/policies/{policyName}/version/{policyVersionId}";
  return [
    define({
      method: "POST",
      path: "/policies/{policyName}/version",
      operation: "CreatePolicyVersion",
      body: documentBody,
      resources,
      run: (call) => {
        const isDefaultVersion = call.query.get("setAsDefault") === "true";
        const policyName = param(call, "policyName");
        const { versionId } = policies.createVersion(policyName, call.input.policyDocument, isDefaultVersion);
        const { policyArn } = policies.require(policyName);
        return { policyArn, policyDocument: call.input.policyDocument, policyVersionId: versionId, isDefaultVersion };
      },
    }),
    define({
      method: "GET",
      path,
      operation: "GetPolicyVersion",
      resources,
      run: (call) => {
        const policy = policies.require(param(call, "policyName"));
        const { versionId, policyDocument } = policies.version(policy.policyName, param(call, "policyVersionId"));
        const isDefaultVersion = versionId === policy.defaultVersionId;
        return { ...summaryOf(policy), policyDocument, policyVersionId: versionId, isDefaultVersion, ...datesOf(policy) };
      },
    }),
    ...versionListRoutes(define, policies, resources),
    define({
      method: "PATCH",
      path,
      operation: "SetDefaultPolicyVersion",
      resources,
      run: (call) => policies.setDefaultVersion(param(call, "policyName"), param(call, "policyVersionId")),
    }),
    define({
      method: "DELETE",
      path,
      operation: "DeletePolicyVersion",
      resources,
      run: (call) => policies.deleteVersion(param(call, "policyName"), param(call, "policyVersionId")),
    }),
  ];
}

function versionListRoutes(
  define: DefineOperation,
  policies: Registry["policies"],
  resources: (call: OperationCall<unknown>) => string[],
): RestRoute[] {
  return [
    define({
      method: "GET",
      path: "/policies/{policyName}/version",
      operation: "ListPolicyVersions",
      resources,
      run: (call) => {
        const { versions, defaultVersionId } = policies.require(param(call, "policyName"));
        const policyVersions = versions.map(({ versionId, createdAtMs }) => ({
          versionId,
          isDefaultVersion: versionId === defaultVersionId,
          createDate: toSeconds(createdAtMs),
        }));
        return { policyVersions };
      },
    }),
  ];
}

/** A policy as lists show it. */
export const summaryOf = ({ policyName, policyArn }: Policy) => ({ policyName, policyArn });

const datesOf = ({ createdAtMs, modifiedAtMs, defaultVersionId }: Policy) => ({
  creationDate: toSeconds(createdAtMs),
  lastModifiedDate: toSeconds(modifiedAtMs),
  generationId: defaultVersionId,
});

/** The policy operations page by `marker` and `pageSize`. */
export const markerPage = (query: URLSearchParams) => ({ token: query.get("marker"), size: query.get("pageSize"), sizeMax: 250 });
