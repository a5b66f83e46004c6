import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { FunctionInvoker } from "./function-invoker.ts";

const answerSchema = z.object({
  Status: z.enum(["SUCCESS", "FAILED"]),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string(),
  Data: z.record(z.string(), z.string()).optional(),
});
export type CustomResourceAnswer = z.infer<typeof answerSchema>;

const ANSWER_TIMEOUT_MS = 60_000;

export interface CustomResourceRequest {
  readonly resourceType: string;
  readonly logicalId: string;
  readonly physicalId: string | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * Makes a custom resource the way CloudFormation does: invokes its function and takes the answer at a one-time URL
 * (CloudFormation user guide, "Custom resource request objects"). Throws an Error with the function's reason.
 */
export async function makeCustomResource(functions: FunctionInvoker, request: CustomResourceRequest): Promise<CustomResourceAnswer> {
  const { ServiceToken: serviceToken, ...properties } = request.properties;
  if (typeof serviceToken !== "string") throw new Error(`${request.logicalId}: a custom resource needs a ServiceToken`);
  const inbox = await openInbox();
  try {
    await functions.invoke(serviceToken, {
      RequestType: request.physicalId === undefined ? "Create" : "Update",
      ResponseURL: inbox.url,
      StackId: "local",
      RequestId: randomUUID(),
      ResourceType: request.resourceType,
      LogicalResourceId: request.logicalId,
      ...(request.physicalId === undefined ? {} : { PhysicalResourceId: request.physicalId, OldResourceProperties: properties }),
      ResourceProperties: { ServiceToken: serviceToken, ...properties },
    });
    const answer = answerSchema.parse(JSON.parse(await inbox.answer));
    if (answer.Status === "FAILED") throw new Error(`${request.logicalId}: ${answer.Reason ?? "its function answered FAILED"}`);
    return answer;
  } finally {
    inbox.close();
  }
}

/** A loopback URL with an unguessable path that takes one PUT. */
async function openInbox(): Promise<{ readonly url: string; readonly answer: Promise<string>; close(): void }> {
  const path = `/${randomUUID()}`;
  let settle: { resolve(text: string): void; reject(error: Error): void } | undefined;
  const answer = new Promise<string>((resolve, reject) => (settle = { resolve, reject }));
  answer.catch(() => undefined);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => {
      const isOurs = request.method === "PUT" && request.url === path;
      response.writeHead(isOurs ? 200 : 404).end();
      if (isOurs) settle?.resolve(Buffer.concat(chunks).toString("utf8"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const timer = setTimeout(() => settle?.reject(new Error("the custom resource's function did not answer")), ANSWER_TIMEOUT_MS);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    answer,
    close: () => {
      clearTimeout(timer);
      server.closeAllConnections();
      server.close();
    },
  };
}
