import "server-only";
import { GetPolicyCommand } from "@aws-sdk/client-iot";
import { iot } from "../platform/aws-clients.server.ts";
import { env } from "../platform/env.server.ts";
import type { Viewer } from "../session/viewer.server.ts";
import { type AccessSentence, accessSentences } from "./access-sentences.ts";
import { credentialsService } from "./credentials-service.server.ts";
import { toCredentialsError } from "./exchange-errors.ts";
import { type AccessQuestion, CONTROL_ROLE_QUESTIONS, type Decision } from "./access-question.ts";
import { decide, type NamedPolicy, parseStatements } from "./policy-statements.ts";
import { CONTROL_ROLE, rolePolicies } from "./role-statements.ts";
import { identityOf } from "./viewer-identity.server.ts";

/** What a viewer may do, as AWS has it on record. */
export interface AccessReport {
  identityId: string;
  roleName: string;
  attachedPolicyNames: string[];
  sentences: AccessSentence[];
}

/** Reads the identity, its attached policies and their documents; throws credentials/unavailable and its kin. */
export async function accessReport(viewer: Viewer): Promise<AccessReport> {
  const { identityId, attached } = await readPolicies(viewer);
  const shown = viewer.role === "guest" ? rolePolicies("guest", env().GUEST_SITE) : attached;
  return {
    identityId,
    roleName: { operator: "may look, not switch", admin: "may look and switch", guest: "may look at one site" }[viewer.role],
    attachedPolicyNames: attached.map(({ name }) => name),
    sentences: accessSentences(shown, viewer.sites),
  };
}

/** Says whether a viewer could do something and which statement decides it. */
export async function explainAccess(viewer: Viewer, question: AccessQuestion): Promise<Decision> {
  const { identityId, attached } = await readPolicies(viewer);
  const isControl = CONTROL_ROLE_QUESTIONS.has(question.action);
  if (isControl && viewer.role !== "admin") {
    return { isAllowed: false, by: { policyName: viewer.role === "guest" ? "guest role" : "viewer role", kind: "role" } };
  }
  const role = isControl ? [CONTROL_ROLE] : rolePolicies(viewer.role, env().GUEST_SITE);
  const none: NamedPolicy = { name: "no attached policy", kind: "attached", statements: [] };
  const own = viewer.role === "guest" ? [] : attached.length === 0 ? [none] : attached;
  return decide(question, [...role, ...own], identityId);
}

async function readPolicies(viewer: Viewer): Promise<{ identityId: string; attached: NamedPolicy[] }> {
  try {
    const row = await identityOf(viewer, viewer.role === "guest" ? undefined : await viewer.idToken());
    if (viewer.role === "guest") return { identityId: row.identityId, attached: [] };
    const names = await credentialsService().policies.attachedNames(row.identityId);
    return { identityId: row.identityId, attached: await Promise.all(names.map(readPolicy)) };
  } catch (error) {
    throw toCredentialsError(error);
  }
}

async function readPolicy(policyName: string): Promise<NamedPolicy> {
  const { policyDocument } = await iot().send(new GetPolicyCommand({ policyName }));
  return { name: policyName, kind: "attached", statements: parseStatements(policyDocument ?? "") };
}
