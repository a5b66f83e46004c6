import "reflect-metadata";
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import { once } from "node:events";
import { createServer, request } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { expect, test } from "vitest";
import { tryBroker } from "../../../../lib/connection/broker-check.server.ts";
import { toCredentialsError } from "../../../../lib/credentials/exchange-errors.ts";
import { AppError, meaningOf, toErrorBody } from "../../../../lib/platform/app-error.ts";
import { toAppError } from "../../../../lib/platform/to-app-error.ts";
import { classifySignInFailure } from "../../../../lib/session/sign-in-failure.ts";

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
  ["is signed by nobody known", { host: "aws.test", endsMs: DAY_MS }, false, /certificate is signed by nobody/],
  ["is another host's", { host: "evil.test", endsMs: DAY_MS }, true, /certificate is for another host/],
  ["has expired", { host: "aws.test", endsMs: -DAY_MS }, true, /certificate has expired/],
])("a service whose certificate %s is unavailable, not a fault of ours, and the answer says so", async (_what, made, isTrusted, words) => {
  const error = await callTo(await certificate(made), isTrusted);
  expect(error).toBeInstanceOf(Error);
  expect(toAppError(error).code).toBe("service/unavailable");
  expect(toCredentialsError(error).code).toBe("credentials/unavailable");
  expect(classifySignInFailure(error)).toBe("unavailable");
  const told = toErrorBody(toCredentialsError(new Error("request failed", { cause: error }))).error.message;
  expect(told).toMatch(words);
  expect(told).not.toMatch(/aws\.test|evil\.test|127\.0\.0\.1/);
});

test("an error that is no matter of the connection is told as it was", () => {
  expect(toErrorBody(new AppError("credentials/unavailable", { cause: new Error("ENOTFOUND") })).error.message).toBe(
    meaningOf("credentials/unavailable").sentence,
  );
});

test("the broker's address is told apart: no name, nobody there, silence, a certificate that is not its own, and an answer", async () => {
  const secure = createServer(await certificate({ host: "aws.test", endsMs: DAY_MS })).listen(0, "127.0.0.1");
  const plain = createTcpServer((socket) => socket.resume()).listen(0, "127.0.0.1");
  await Promise.all([once(secure, "listening"), once(plain, "listening")]);
  const [securePort, plainPort] = [secure, plain].map((server) => (server.address() as AddressInfo).port);
  const find = (url: string, timeoutMs?: number) => tryBroker(new URL(url), timeoutMs);
  expect(await find("wss://broker.invalid/mqtt")).toBe("name");
  expect(await find(`wss://127.0.0.1:${securePort}/mqtt`)).toBe("certificate-untrusted");
  expect(await find(`wss://127.0.0.1:${plainPort}/mqtt`, 200)).toBe("no-answer");
  expect(await find(`ws://127.0.0.1:${plainPort}/mqtt`)).toBe("answers");
  plain.close();
  secure.close();
  await once(plain, "close");
  expect(await find(`ws://127.0.0.1:${plainPort}/mqtt`)).toBe("unreachable");
});
