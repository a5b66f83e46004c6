import type { PolicyDocument } from "../../iam/policy-document.ts";
import { iotArn } from "./arns.ts";
import { AwsError } from "../../platform/aws-error.ts";
import { alreadyExists, deleteConflict, invalidRequest, limitExceeded, notFound } from "./errors.ts";
import { mirrorTable, type MirroredTable } from "./mirrored-table.ts";
import { requireName } from "./names.ts";
import { parsePolicyDocument } from "./policy-validation.ts";
import type { RegistryScope } from "./registry-scope.ts";

/** Versions of one policy (AWS IoT quota). */
const VERSION_COUNT_MAX = 5;
/** Policies attached to one target (AWS IoT quota). */
const POLICIES_PER_TARGET_MAX = 10;

export interface PolicyVersion {
  readonly versionId: string;
  /** As it was sent. */
  readonly policyDocument: string;
  readonly createdAtMs: number;
}

export interface Policy {
  readonly policyName: string;
  readonly policyArn: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly defaultVersionId: string;
  readonly versions: readonly PolicyVersion[];
  readonly nextVersion: number;
  readonly targets: readonly string[];
}

/** Named policies, their versions and the targets they are attached to. */
export class Policies {
  readonly #scope: RegistryScope;
  readonly #rows: MirroredTable<Policy>;
  readonly #parsed = new Map<string, { text: string; document: PolicyDocument }>();

  constructor(scope: RegistryScope) {
    this.#scope = scope;
    this.#rows = mirrorTable(scope.store, "iot-policies");
  }

  list(): Policy[] {
    return this.#rows.values();
  }

  find(policyName: string): Policy | undefined {
    return this.#rows.get(policyName);
  }

  require(policyName: string): Policy {
    const policy = this.#rows.get(requireName("policyName", policyName));
    if (policy === undefined) throw notFound(`Policy not found (name=${policyName})`);
    return policy;
  }

  version(policyName: string, versionId: string): PolicyVersion {
    return requireVersion(this.require(policyName), versionId);
  }

  /** The default version, parsed once per text. */
  document(policy: Policy): PolicyDocument {
    return parseOnce(this.#parsed, policy);
  }

  attachedTo(target: string): Policy[] {
    return this.#rows.values().filter(({ targets }) => targets.includes(target));
  }

  create(policyName: string, policyDocument: string): Policy {
    requireName("policyName", policyName);
    parsePolicyDocument(policyDocument);
    if (this.#rows.has(policyName)) throw alreadyExists(`Policy cannot be created - name already exists (name=${policyName})`);
    const nowMs = this.#scope.nowMs();
    const policy: Policy = {
      policyName,
      policyArn: iotArn(this.#scope, "policy", policyName),
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
      defaultVersionId: "1",
      versions: [{ versionId: "1", policyDocument, createdAtMs: nowMs }],
      nextVersion: 2,
      targets: [],
    };
    this.#save(policy);
    return policy;
  }

  createVersion(policyName: string, policyDocument: string, isDefault: boolean): PolicyVersion {
    const policy = this.require(policyName);
    parsePolicyDocument(policyDocument);
    if (policy.versions.length >= VERSION_COUNT_MAX) {
      const text = `The policy ${policyName} already has the maximum number of versions (${VERSION_COUNT_MAX})`;
      throw new AwsError("VersionsLimitExceededException", text, 409);
    }
    const version: PolicyVersion = { versionId: String(policy.nextVersion), policyDocument, createdAtMs: this.#scope.nowMs() };
    this.#save({
      ...policy,
      modifiedAtMs: version.createdAtMs,
      versions: [...policy.versions, version],
      nextVersion: policy.nextVersion + 1,
      defaultVersionId: isDefault ? version.versionId : policy.defaultVersionId,
    });
    return version;
  }

  setDefaultVersion(policyName: string, versionId: string): void {
    const policy = this.require(policyName);
    requireVersion(policy, versionId);
    this.#save({ ...policy, defaultVersionId: versionId, modifiedAtMs: this.#scope.nowMs() });
  }

  deleteVersion(policyName: string, versionId: string): void {
    const policy = this.require(policyName);
    requireVersion(policy, versionId);
    if (versionId === policy.defaultVersionId) throw invalidRequest("Cannot delete the default version of a policy");
    this.#save({ ...policy, versions: policy.versions.filter((version) => version.versionId !== versionId) });
  }

  delete(policyName: string): void {
    const policy = this.require(policyName);
    if (policy.targets.length > 0) {
      throw deleteConflict(`The policy cannot be deleted as the policy is attached to one or more principals (name=${policyName})`);
    }
    if (policy.versions.length > 1) {
      throw deleteConflict(`Cannot delete the policy because it has one or more policy versions attached to it (name=${policyName})`);
    }
    this.#rows.delete(policyName);
    this.#parsed.delete(policyName);
    this.#scope.changed();
  }

  /** Attaching twice is no error, as on AWS. */
  attach(policyName: string, target: string): void {
    const policy = this.require(policyName);
    if (policy.targets.includes(target)) return;
    const attachedCount = this.#rows.values().filter(({ targets }) => targets.includes(target)).length;
    if (attachedCount >= POLICIES_PER_TARGET_MAX) {
      throw limitExceeded(
        `Failed to attach policy as the target ${target} already has the maximum number of policies (${POLICIES_PER_TARGET_MAX})`,
      );
    }
    this.#save({ ...policy, targets: [...policy.targets, target] });
  }

  /** Detaching what is not attached is no error, as on AWS. */
  detach(policyName: string, target: string): void {
    const policy = this.require(policyName);
    if (policy.targets.includes(target)) this.#save({ ...policy, targets: policy.targets.filter((known) => known !== target) });
  }

  #save(policy: Policy): void {
    this.#rows.put(policy.policyName, policy);
    this.#scope.changed();
  }
}

function requireVersion(policy: Policy, versionId: string): PolicyVersion {
  const version = policy.versions.find((candidate) => candidate.versionId === versionId);
  if (version === undefined) throw notFound(`The policy version does not exist (name=${policy.policyName}, version=${versionId})`);
  return version;
}

function parseOnce(parsed: Map<string, { text: string; document: PolicyDocument }>, policy: Policy): PolicyDocument {
  const text = requireVersion(policy, policy.defaultVersionId).policyDocument;
  const known = parsed.get(policy.policyName);
  if (known?.text === text) return known.document;
  const document = parsePolicyDocument(text);
  parsed.set(policy.policyName, { text, document });
  return document;
}
