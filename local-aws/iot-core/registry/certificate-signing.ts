import "reflect-metadata"; // @peculiar/x509 refuses to load without it
import { createHash, generateKeyPair } from "node:crypto";
import { isIP } from "node:net";
import { promisify } from "node:util";
import * as x509 from "@peculiar/x509";
import type { CertificateWithKey, IssuedCertificate } from "./certificate-authority.ts";

const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
/** AWS IoT's own device certificates end on the last second of 2049. */
const NOT_AFTER = new Date("2049-12-31T23:59:59Z");
const generateKeyPairAsync = promisify(generateKeyPair);

/** What a CA signs with. */
export interface Signer {
  readonly issuer: string;
  readonly key: CryptoKey;
  readonly nowMs: () => number;
}

export async function openSigner({ certificatePem, privateKeyPem }: CertificateWithKey, nowMs: () => number): Promise<Signer> {
  return {
    issuer: new x509.X509Certificate(certificatePem).subject,
    key: await crypto.subtle.importKey("pkcs8", x509.PemConverter.decodeFirst(privateKeyPem), KEY_ALGORITHM, false, ["sign"]),
    nowMs,
  };
}

/** A new self-signed CA. */
export async function createAuthority(nowMs: number): Promise<CertificateWithKey> {
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
  return withKey(certificate, keys.privateKey);
}

/** A new RSA key pair and its certificate; the private key is PKCS #1 PEM, as AWS returns it. */
export async function issueWithKeys(signer: Signer) {
  const keys = await generateKeyPairAsync("rsa", { modulusLength: 2048 });
  const spki = keys.publicKey.export({ type: "spki", format: "der" });
  return {
    ...describe(await signCertificate(signer, { subject: "CN=AWS IoT Certificate", publicKey: await importRsa(spki) })),
    publicKeyPem: keys.publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKeyPem: keys.privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  };
}

/** Throws an Error when the request is not a PKCS #10 PEM whose signature verifies. */
export async function issueForRequest(signer: Signer, csrPem: string): Promise<IssuedCertificate> {
  const request = new x509.Pkcs10CertificateRequest(csrPem);
  if (!(await request.verify())) throw new Error("the signature of the certificate signing request does not verify");
  return describe(await signCertificate(signer, { subject: request.subject, publicKey: request.publicKey }));
}

/** Certificate and PKCS #8 key for a TLS listener. */
export async function issueForServer(signer: Signer, hosts: readonly string[]): Promise<CertificateWithKey> {
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
  return withKey(certificate, keys.privateKey);
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

async function withKey(certificate: x509.X509Certificate, privateKey: CryptoKey): Promise<CertificateWithKey> {
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", privateKey);
  return { certificatePem: certificate.toString("pem"), privateKeyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
}

const importRsa = (spki: Buffer<ArrayBuffer>) =>
  crypto.subtle.importKey("spki", spki, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, ["verify"]);

function describe(certificate: x509.X509Certificate): IssuedCertificate {
  const certificateId = createHash("sha256").update(new Uint8Array(certificate.rawData)).digest("hex");
  return { certificateId, certificatePem: `${certificate.toString("pem")}\n` };
}
