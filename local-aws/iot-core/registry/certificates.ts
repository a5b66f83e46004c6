import { iotArn } from "./arns.ts";
import { AwsError } from "../../platform/aws-error.ts";
import type { CertificateAuthority } from "./certificate-authority.ts";
import { deleteConflict, invalidRequest, notFound } from "./errors.ts";
import { mirrorTable } from "./mirrored-table.ts";
import { requireName } from "./names.ts";
import type { Certificate } from "./registry.ts";
import type { RegistryScope } from "./registry-scope.ts";

export type CertificateStatus = "ACTIVE" | "INACTIVE" | "REVOKED";

export interface RegisteredCertificate extends Certificate {
  readonly status: CertificateStatus;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export type Certificates = ReturnType<typeof createCertificates>;

/** Device certificates by id; `isAttached` tells whether a policy or a thing still refers to one. */
export function createCertificates(scope: RegistryScope, authority: CertificateAuthority, isAttached: (certificateArn: string) => boolean) {
  const rows = mirrorTable<RegisteredCertificate>(scope.store, "iot-certificates");

  const require = (certificateId: string): RegisteredCertificate => {
    const certificate = rows.get(requireName("certificateId", certificateId));
    if (certificate === undefined) throw notFound(`The certificate given in request does not exist (id=${certificateId})`);
    return certificate;
  };
  const save = (certificateId: string, pem: string, status: CertificateStatus, createdAtMs = scope.nowMs()) => {
    const certificateArn = iotArn(scope, "cert", certificateId);
    const isActive = status === "ACTIVE";
    const row: RegisteredCertificate = { certificateId, certificateArn, pem, isActive, status, createdAtMs, modifiedAtMs: scope.nowMs() };
    rows.put(certificateId, row);
    scope.changed();
    return row;
  };
  const statusOf = (isActive: boolean): CertificateStatus => (isActive ? "ACTIVE" : "INACTIVE");

  return {
    list: () => rows.values(),
    find: (certificateId: string) => rows.get(certificateId),
    require,

    /** The private key is in the answer only: nothing keeps it. */
    async createWithKeys(isActive: boolean) {
      const issued = await authority.issueWithKeys();
      const certificate = save(issued.certificateId, issued.certificatePem, statusOf(isActive));
      return { certificate, publicKeyPem: issued.publicKeyPem, privateKeyPem: issued.privateKeyPem };
    },

    async createFromCsr(csrPem: string, isActive: boolean): Promise<RegisteredCertificate> {
      const issued = await authority.issueForRequest(csrPem).catch((error: unknown) => {
        throw invalidRequest(`The certificate signing request is invalid: ${error instanceof Error ? error.message : "unreadable"}`);
      });
      return save(issued.certificateId, issued.certificatePem, statusOf(isActive));
    },

    updateStatus(certificateId: string, status: CertificateStatus): void {
      const { pem, createdAtMs } = require(certificateId);
      save(certificateId, pem, status, createdAtMs);
    },

    delete(certificateId: string): void {
      const certificate = require(certificateId);
      if (certificate.isActive) {
        const text = `Certificate must be deactivated (not ACTIVE) before deletion (id=${certificateId})`;
        throw new AwsError("CertificateStateException", text, 406);
      }
      if (isAttached(certificate.certificateArn)) {
        throw deleteConflict(`Things or policies must be detached before deletion (arn=${certificate.certificateArn})`);
      }
      rows.delete(certificateId);
      scope.changed();
    },
  };
}
