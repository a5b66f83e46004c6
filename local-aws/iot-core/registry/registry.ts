import type { PolicyDocument } from "../../iam/policy-document.ts";

/** A thing as the broker, the rules and the search need it. */
export interface Thing {
  readonly thingName: string;
  readonly thingId: string;
  readonly thingTypeName?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly version: number;
}

export interface Certificate {
  readonly certificateId: string;
  readonly certificateArn: string;
  readonly pem: string;
  readonly isActive: boolean;
}

export interface NamedPolicy {
  readonly policyName: string;
  readonly document: PolicyDocument;
}

/** The read side of the AWS IoT registry that the broker depends on. Reads are synchronous and from memory. */
export interface RegistryReader {
  thing(thingName: string): Thing | undefined;
  /** By the SHA-256 fingerprint of the certificate's DER, lower-case hex (= AWS's certificate id). */
  certificate(certificateId: string): Certificate | undefined;
  /** Things attached to a principal (certificate ARN or identity id). */
  thingsOf(principal: string): readonly Thing[];
  /** Default versions of the policies attached to a target: identity id, certificate ARN, or a thing group of the principal's things. */
  policiesOf(target: string): readonly NamedPolicy[];
  /** Counts up whenever a policy or an attachment changes, so that decisions may be cached. */
  readonly policyGeneration: number;
  /** PEM of the CA that signs local device certificates, for the mTLS listener. */
  readonly deviceCaPem: string;
}
