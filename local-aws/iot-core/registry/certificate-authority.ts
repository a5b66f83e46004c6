import "reflect-metadata"; // @peculiar/x509 refuses to load without it
import { createHash, generateKeyPair } from "node:crypto";
import { isIP } from "node:net";
import { promisify } from "node:util";
import * as x509 from "@peculiar/x509";
import type { Store } from "../../platform/store.ts";

const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
/** AWS IoT's own device certificates end on the last second of 2049. */
const NOT_AFTER = new Date("2049-12-31T23:59:59Z");
const generateKeyPairAsync = promisify(generateKeyPair);

/** The local CA behind device certificates and the mTLS listener; its key never leaves the store. */
export interface CertificateAuthority {
  readonly certificatePem: string;
  /** A new RSA key pair and its certificate; the private key (PKCS #1 PEM, as AWS returns it) is not kept. */
  issueWithKeys(): Promise<IssuedCertificate & { readonly publicKeyPem: string; readonly privateKeyPem: string }>;
  /** Throws an Error when the request is not a PKCS #10 PEM whose signature verifies. */
  issueForRequest(csrPem: string): Promise<IssuedCertificate>;
  /** Certificate and PKCS #8 key for a TLS listener at the given names or addresses. */
  issueForServer(hosts: readonly string[]): Promise<{ readonly certificatePem: string; readonly privateKeyPem: string }>;
}

export interface IssuedCertificate {
  readonly certificateId: string;
  readonly certificatePem: string;
}

interface SavedAuthority {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** Opens the CA kept in the store, or makes one on the first start. */
export async function openCertificateAuthority(store: Store, nowMs: () => number): Promise<CertificateAuthority> {
  const table = store.table<SavedAuthority>("iot-certificate-authority");
  const saved = table.get("device-ca") ?? (await createAuthority(nowMs()));
  table.put("device-ca", saved);
  const signer: Signer = {
    issuer: new x509.X509Certificate(saved.certificatePem).subject,
    key: await crypto.subtle.importKey("pkcs8", x509.PemConverter.decodeFirst(saved.privateKeyPem), KEY_ALGORITHM, false, ["sign"]),
    nowMs,
  };
  return {
    certificatePem: saved.certificatePem,
    issueWithKeys: async () => {
      const keys = await generateKeyPairAsync("rsa", { modulusLength: 2048 });
      const spki = keys.publicKey.export({ type: "spki", format: "der" });
      return {
        ...describe(await signCertificate(signer, { subject: "CN=AWS IoT Certificate", publicKey: await importRsa(spki) })),
        publicKeyPem: keys.publicKey.export({ type: "spki", format: "pem" }).toString(),
        privateKeyPem: keys.privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
      };
    },
    issueForRequest: async (csrPem) => {
      const request = new x509.Pkcs10CertificateRequest(csrPem);
      if (!(await request.verify())) throw new Error("the signature of the certificate signing request does not verify");
      return describe(await signCertificate(signer, { subject: request.subject, publicKey: request.publicKey }));
    },
    issueForServer: (hosts) => issueForServer(signer, hosts),
  };
}

/** AWS's certificate id: SHA-256 over the DER, lower-case hex. */
export const certificateIdOf = (certificatePem: string): string => describe(new x509.X509Certificate(certificatePem)).certificateId;

interface Signer {
  readonly issuer: string;
  readonly key: CryptoKey;
  readonly nowMs: () => number;
}

async function createAuthority(nowMs: number): Promise<SavedAuthority> {
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Thingdeck local device CA",
    notBefore: new Date(nowMs - 86_400_000),
    notAfter: NOT_AFTER,
    keys,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { certificatePem: certificate.toString("pem"), privateKeyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
}

async function signCertificate(
  signer: Signer,
  subject: { readonly subject: string; readonly publicKey: x509.PublicKeyType; readonly extensions?: x509.Extension[] },
): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create({
    subject: subject.subject,
    publicKey: subject.publicKey,
    issuer: signer.issuer,
    signingKey: signer.key,
    signingAlgorithm: KEY_ALGORITHM,
    notBefore: new Date(signer.nowMs() - 86_400_000),
    notAfter: NOT_AFTER,
    extensions: subject.extensions ?? [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    ],
  });
}

async function issueForServer(signer: Signer, hosts: readonly string[]) {
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
  const certificate = await signCertificate(signer, {
    subject: `CN=${hosts[0] ?? "localhost"}`,
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isIP(host) === 0 ? ("dns" as const) : ("ip" as const), value: host })),
      ),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { certificatePem: certificate.toString("pem"), privateKeyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
}

const importRsa = (spki: Buffer<ArrayBuffer>) =>
  crypto.subtle.importKey("spki", spki, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, ["verify"]);

function describe(certificate: x509.X509Certificate): IssuedCertificate {
  const certificateId = createHash("sha256").update(new Uint8Array(certificate.rawData)).digest("hex");
  return { certificateId, certificatePem: `${certificate.toString("pem")}\n` };
}
