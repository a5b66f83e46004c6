import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { build } from "esbuild";
import { createAuthority, issueForServer, openSigner } from "../../../../local-aws/iot-core/registry/certificate-signing.ts";
import { root } from "../../../../scripts/support/paths.ts";

/** A page with the browser build of the device SDK, bundled as a web developer would. The caller must `close()` it. */
export async function servePage(): Promise<{ url: string; close: () => void }> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "tests/integration/local-aws/support/official-page.ts")],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2023",
    alias: { url: "next/dist/compiled/native-url", util: "next/dist/compiled/util" },
    inject: [join(root, "scripts/support/node-globals.mjs")],
    define: { global: "globalThis", __dirname: '"/"' },
    logLevel: "error",
  });
  const html = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script>${outputFiles[0]?.text.replaceAll("</script", "<\\/script") ?? ""}</script>`;
  const server = createHttpServer((_request, response) => response.writeHead(200, { "content-type": "text/html" }).end(html));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** TLS in front of a loopback port, as the endpoint of AWS IoT has it: the SDK's builder knows no other way. The caller must `close()` it. */
export async function serveTls(targetPort: number, host: string): Promise<{ port: number; close: () => void }> {
  const nowMs = () => Date.now();
  const authority = await createAuthority(nowMs());
  const { certificatePem, privateKeyPem } = await issueForServer(await openSigner(authority, nowMs), [host]);
  const sockets = new Set<Socket>();
  const server = createTlsServer({ cert: certificatePem, key: privateKeyPem }, (incoming) => {
    const outgoing = connect(targetPort, "127.0.0.1");
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, close };
}
