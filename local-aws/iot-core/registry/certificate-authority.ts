import type { Store } from "../../platform/store.ts";
import type { Signer } from "./certificate-signing.ts";

/** The local CA behind device certificates and the mTLS listener; its key never leaves the store. */
export interface CertificateAuthority {
  readonly certificatePem: string;
  /** A new RSA key pair and its certificate; the private key (PKCS #1 PEM, as AWS returns it) is not kept. */
  issueWithKeys(): Promise<IssuedCertificate & { readonly publicKeyPem: string; readonly privateKeyPem: string }>;
  /** Throws an Error when the request is not a PKCS #10 PEM whose signature verifies. */
  issueForRequest(csrPem: string): Promise<IssuedCertificate>;
  /** Certificate and PKCS #8 key for a TLS listener at the given names or addresses: the same ones from start to start. */
  issueForServer(hosts: readonly string[]): Promise<CertificateWithKey>;
}

export interface IssuedCertificate {
  readonly certificateId: string;
  readonly certificatePem: string;
}

export interface CertificateWithKey {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** Opens the CA kept in the store, or makes one on the first start. */
export async function openCertificateAuthority(store: Store, nowMs: () => number): Promise<CertificateAuthority> {
  const table = store.table<CertificateWithKey>("iot-certificate-authority");
  const keep = async (name: string, make: () => Promise<CertificateWithKey>): Promise<CertificateWithKey> => {
    const saved = table.get(name) ?? (await make());
    table.put(name, saved);
    return saved;
  };
  // The library that writes certificates is large, and only a first start and new devices need it.
  const signing = () => import("./certificate-signing.ts");
  const authority = await keep("device-ca", async () => (await signing()).createAuthority(nowMs()));
  let signer: Promise<Signer> | undefined;
  const sign = async <Issued>(issue: (module: Awaited<ReturnType<typeof signing>>, by: Signer) => Promise<Issued>): Promise<Issued> => {
    const module = await signing();
    signer ??= module.openSigner(authority, nowMs);
    return issue(module, await signer);
  };
  return {
    certificatePem: authority.certificatePem,
    issueWithKeys: () => sign((module, by) => module.issueWithKeys(by)),
    issueForRequest: (csrPem) => sign((module, by) => module.issueForRequest(by, csrPem)),
    issueForServer: (hosts) => keep(`server ${hosts.join(" ")}`, () => sign((module, by) => module.issueForServer(by, hosts))),
  };
}
