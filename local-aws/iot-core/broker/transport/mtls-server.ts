import { constants, createHash } from "node:crypto";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { RegistryReader } from "../../registry/registry.ts";
import type { IotCaller } from "../broker.ts";
import { createTlsTransport } from "./tls-transport.ts";
import type { Transport } from "./transport.ts";

const HANDSHAKE_MS_MAX = 10_000;

export interface MtlsServerInput {
  /** The server's own, signed by the CA that devices trust. */
  readonly certificate: { readonly certificatePem: string; readonly privateKeyPem: string };
  readonly registry: RegistryReader;
  readonly nowMs: () => number;
  readonly onTransport: (transport: Transport, caller: IotCaller) => void;
}

/**
 * MQTT over mutual TLS. TLS proves that the client holds the key of the certificate it shows; the registry says whether
 * exactly this certificate is known and active, whoever signed it (AWS: "Register a client certificate").
 */
export function createMtlsServer({ certificate, registry, nowMs, onTransport }: MtlsServerInput): Server {
  const server = createServer({
    key: certificate.privateKeyPem,
    cert: certificate.certificatePem,
    ca: [registry.deviceCaPem],
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: "TLSv1.2",
    handshakeTimeout: HANDSHAKE_MS_MAX,
    ALPNProtocols: ["mqtt", "x-amzn-mqtt-ca"],
    // A resumed session would be accepted without showing the certificate again.
    secureOptions: constants.SSL_OP_NO_TICKET,
  });
  server.on("secureConnection", (socket: TLSSocket) => {
    const caller = identify(socket, registry, nowMs());
    if (caller === undefined) {
      socket.on("error", () => socket.destroy());
      socket.destroy();
      return;
    }
    onTransport(createTlsTransport(socket), caller);
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

function identify(socket: TLSSocket, registry: RegistryReader, nowMs: number): IotCaller | undefined {
  const peer = socket.getPeerX509Certificate();
  if (peer === undefined) return undefined;
  const certificateId = createHash("sha256").update(peer.raw).digest("hex");
  const known = registry.certificate(certificateId);
  if (known?.isActive !== true) return undefined;
  if (nowMs < Date.parse(peer.validFrom) || nowMs > Date.parse(peer.validTo)) return undefined;
  return { kind: "certificate", certificateId, certificateArn: known.certificateArn };
}
