import { z } from "zod";
import { iotArn, type ArnScope } from "../registry/arns.ts";
import type { RegisteredCertificate } from "../registry/certificates.ts";
import type { Registry } from "../registry/create-registry.ts";
import { invalidRequest } from "../registry/errors.ts";
import { paginate } from "../rest/pagination.ts";
import type { RestRoute } from "../rest/rest-route.ts";
import { param, toSeconds, type DefineOperation, type OperationCall } from "./operation.ts";
import { markerPage } from "./policy-routes.ts";

const STATUSES = ["ACTIVE", "INACTIVE", "REVOKED"] as const;

/** Device certificates of the local CA. */
export function certificateRoutes(define: DefineOperation, scope: ArnScope, { certificates }: Registry): RestRoute[] {
  const path = "/certificates/{certificateId}";
  const resources = (call: OperationCall<unknown>) => [iotArn(scope, "cert", param(call, "certificateId"))];
  const isActive = ({ query }: OperationCall<unknown>) => query.get("setAsActive") === "true";
  return [
    define({
      method: "POST",
      path: "/keys-and-certificate",
      operation: "CreateKeysAndCertificate",
      run: async (call) => {
        const { certificate, publicKeyPem, privateKeyPem } = await certificates.createWithKeys(isActive(call));
        return { ...created(certificate), keyPair: { PublicKey: publicKeyPem, PrivateKey: privateKeyPem } };
      },
    }),
    define({
      method: "POST",
      path: "/certificates",
      operation: "CreateCertificateFromCsr",
      body: z.object({ certificateSigningRequest: z.string().min(1) }),
      run: async (call) => created(await certificates.createFromCsr(call.input.certificateSigningRequest, isActive(call))),
    }),
    define({
      method: "GET",
      path: "/certificates",
      operation: "ListCertificates",
      run: ({ query }) => {
        const { items, nextToken } = paginate(certificates.list(), ({ certificateId }) => certificateId, markerPage(query));
        return { certificates: items.map(summary), nextMarker: nextToken };
      },
    }),
    define({
      method: "GET",
      path,
      operation: "DescribeCertificate",
      resources,
      run: (call) => ({ certificateDescription: describe(scope, certificates.require(param(call, "certificateId"))) }),
    }),
    define({
      method: "PUT",
      path,
      operation: "UpdateCertificate",
      resources,
      run: (call) => {
        const status = STATUSES.find((candidate) => candidate === call.query.get("newStatus"));
        if (status === undefined) throw invalidRequest(`newStatus must be one of ${STATUSES.join(", ")}`);
        certificates.updateStatus(param(call, "certificateId"), status);
      },
    }),
    define({
      method: "DELETE",
      path,
      operation: "DeleteCertificate",
      resources,
      run: (call) => certificates.delete(param(call, "certificateId")),
    }),
  ];
}

const created = ({ certificateArn, certificateId, pem: certificatePem }: RegisteredCertificate) => ({
  certificateArn,
  certificateId,
  certificatePem,
});

const summary = ({ certificateArn, certificateId, status, createdAtMs }: RegisteredCertificate) => ({
  certificateArn,
  certificateId,
  status,
  certificateMode: "DEFAULT",
  creationDate: toSeconds(createdAtMs),
});

const describe = ({ accountId }: ArnScope, certificate: RegisteredCertificate) => ({
  ...summary(certificate),
  certificatePem: certificate.pem,
  ownedBy: accountId,
  lastModifiedDate: toSeconds(certificate.modifiedAtMs),
});
