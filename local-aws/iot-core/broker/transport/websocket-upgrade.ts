import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Iam } from "../../../iam/principal.ts";
import { AwsError } from "../../../platform/aws-error.ts";
import type { IotCaller } from "../broker.ts";
import type { Transport } from "./transport.ts";
import { createWebSocketTransport } from "./websocket-transport.ts";

/** `mqtt` by MQTT 5 and 3.1.1 clients, `mqttv3.1` by the browser's 3.1.1 client of the AWS SDK. */
const SUBPROTOCOLS = ["mqtt", "mqttv3.1"];
/** AWS's clients sign for either. */
const SERVICES = ["iotdevicegateway", "iotdata"];
const INVALID_TOKEN = "The security token included in the request is invalid";

export interface WebSocketUpgradeInput {
  readonly iam: Pick<Iam, "authenticate">;
  readonly packetBytesMax: number;
  /** A connection that passed; the broker speaks MQTT on it. */
  readonly onTransport: (transport: Transport, caller: IotCaller) => void;
}

/** The `upgrade` listener of the data endpoint: SigV4 in the query, then MQTT over WebSocket. Never throws. */
export function createWebSocketUpgrade(input: WebSocketUpgradeInput): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // Several packets may share a message; none of them may be larger than AWS allows.
    maxPayload: 4 * input.packetBytesMax,
    handleProtocols: (offered) => SUBPROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });
  return (request, socket, head) => {
    // Without a listener a reset during the handshake would end the process.
    socket.on("error", () => socket.destroy());
    const caller = admit(request, socket, input.iam);
    if (caller === undefined) return;
    request.socket.setNoDelay(true);
    server.handleUpgrade(request, socket, head, (webSocket) => {
      input.onTransport(createWebSocketTransport(webSocket, socket, request.socket.remoteAddress ?? ""), caller);
    });
  };
}

function admit(request: IncomingMessage, socket: Duplex, iam: Pick<Iam, "authenticate">): IotCaller | undefined {
  const path = (request.url ?? "").split("?", 1)[0];
  if (path !== "/mqtt") {
    respond(socket, "404 Not Found", { name: "ResourceNotFoundException", message: "Not found" });
    return undefined;
  }
  const offered = request.headers["sec-websocket-protocol"];
  if (offered !== undefined && !offered.split(",").some((protocol) => SUBPROTOCOLS.includes(protocol.trim()))) {
    respond(socket, "400 Bad Request", { name: "InvalidRequestException", message: "Sec-WebSocket-Protocol must be mqtt" });
    return undefined;
  }
  try {
    return { kind: "sigv4", principal: iam.authenticate(request, undefined, SERVICES) };
  } catch (error) {
    respond(socket, "403 Forbidden", { name: "ForbiddenException", message: refusalText(error) });
    return undefined;
  }
}

/** An unknown key and a wrong signature get the same answer, so that nobody learns which keys exist. */
function refusalText(error: unknown): string {
  const isHarmless = error instanceof AwsError && (error.code.startsWith("ExpiredToken") || error.code.startsWith("MissingAuthentication"));
  return isHarmless ? error.message : INVALID_TOKEN;
}

/** In the words AWS IoT uses on a refused handshake. */
export function respond(socket: Duplex, status: string, error: { readonly name: string; readonly message: string }): void {
  const body = JSON.stringify({ message: error.message, traceId: randomUUID() });
  const head = [
    `HTTP/1.1 ${status}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    `date: ${new Date().toUTCString()}`,
    `x-amzn-RequestId: ${randomUUID()}`,
    "connection: close",
    `x-amzn-ErrorType: ${error.name}:`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
