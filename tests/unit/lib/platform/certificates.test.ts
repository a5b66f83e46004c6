import "reflect-metadata";
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import { once } from "node:events";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { toCredentialsError } from "../../../../lib/credentials/exchange-errors.ts";
import { toAppError } from "../../../../lib/platform/to-app-error.ts";

const DAY_MS = 86_400_000;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

async function certificate({ host, endsMs }: { host: string; endsMs: number }): Promise<{ key: string; cert: string }> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${host}`,
    notBefore: new Date(Date.now() - 30 * DAY_MS),
    notAfter: new Date(Date.now() + endsMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: host }])],
  });
  return { cert: made.toString("pem"), key: PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY") };
}

/** How a call ends whose other side shows this certificate. */
async function callTo(shown: { key: string; cert: string }, isTrusted: boolean): Promise<unknown> {
  const server = createServer(shown).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const call = request({ host: "127.0.0.1", servername: "aws.test", port, agent: false, ...(isTrusted && { ca: shown.cert }) });
  const error = await new Promise<unknown>((resolve) =>
    call
      .on("error", resolve)
      .on("response", () => resolve(null))
      .end(),
  );
  server.close();
  return error;
}

test.each([
  ["is signed by nobody known", { host: "aws.test", endsMs: DAY_MS }, false],
  ["is another host's", { host: "evil.test", endsMs: DAY_MS }, true],
  ["has expired", { host: "aws.test", endsMs: -DAY_MS }, true],
])("a service whose certificate %s is unavailable, not a fault of ours", async (_what, made, isTrusted) => {
  const error = await callTo(await certificate(made), isTrusted);
  expect(error).toBeInstanceOf(Error);
  expect(toAppError(error).code).toBe("service/unavailable");
  expect(toCredentialsError(error).code).toBe("credentials/unavailable");
});
