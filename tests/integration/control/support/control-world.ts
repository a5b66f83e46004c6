import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { decodeJwt } from "jose";
import { connectThing, type Delta, type ThingConnection } from "../../../../local-aws/device-simulator/thing-connection.ts";
import { provisionThing } from "../../../../local-aws/device-simulator/provision-things.ts";
import type { JsonObject } from "../../../../lib/fleet/thing.ts";
import { auditLog } from "../../../../lib/shadow/audit-log.server.ts";
import type { AuditRow } from "../../../../lib/shadow/audit-row.ts";
import { readShadow } from "../../../../lib/shadow/shadow-access.server.ts";
import type { Viewer } from "../../../../lib/session/viewer.server.ts";
import { appSettings } from "../../../../scripts/support/app-settings.ts";
import type { LocalAwsInfo } from "../../../../local-aws/info.ts";
import { startLocalAws } from "../../../support/local-aws.ts";
import { APP_ORIGIN, signInAs } from "../../local-aws/support/sign-in.ts";

/** A pump of a site, obeying as `onDelta` says. */
export interface TestDevice {
  thing: string;
  connection: ThingConnection;
}

/** The whole stand-in, the server's modules pointed at it, and devices over mutual TLS. The caller must `close()` it. */
export async function createControlWorld() {
  const aws = await startLocalAws();
  const info: LocalAwsInfo = aws.info;
  const sessionKeys = Buffer.alloc(32, "0123456789abcdef").toString("base64");
  Object.assign(process.env, appSettings(info as never, { appUrl: APP_ORIGIN, sessionKeys }));
  const root = { region: info.region, credentials: info.root };
  const iot = new IoTClient({ ...root, endpoint: info.endpoints.iot });
  const data = new IoTDataPlaneClient({ ...root, endpoint: info.endpoints.iotData });
  const keysDirectory = mkdtempSync(join(tmpdir(), "thingdeck-control-"));
  const connections: ThingConnection[] = [];

  const plug = async (thing: string, onDelta: (delta: Delta, connection: ThingConnection) => void): Promise<ThingConnection> => {
    const [site = ""] = thing.split("-");
    const registration = { thingName: thing, thingType: "pump", site, label: thing, intervalSeconds: 2 };
    const keys = await provisionThing(iot, registration, keysDirectory);
    const identity = { thingName: thing, site, endpointUrl: info.mqtt.mtls, caPem: info.mqtt.caPem, ...keys };
    return await new Promise((resolve, reject) => {
      const connection: ThingConnection = connectThing(identity, {
        onDelta: (delta) => onDelta(delta, connection),
        onReady: () => resolve(connection),
        onProblem: (message) => reject(new Error(message)),
      });
      connections.push(connection);
    });
  };

  return {
    info,
    plug,
    /** Writes a shadow as somebody outside the deck. */
    writeOutside: (thing: string, state: JsonObject) =>
      data.send(new UpdateThingShadowCommand({ thingName: thing, payload: new TextEncoder().encode(JSON.stringify({ state })) })),
    /** How far DynamoDB's global indexes are behind from now on; half a second otherwise. */
    setIndexLag: (lagMs: number) => aws.control("index-lag", { lagMs }),
    viewer: async (username: string): Promise<Viewer> => toViewer(await signInAs(info, username)),
    async close() {
      await Promise.all(connections.map((connection) => connection.end()));
      await aws.remove();
    },
  };
}

export type ControlWorld = Awaited<ReturnType<typeof createControlWorld>>;

/** The viewer that the session layer makes of a verified ID token. */
function toViewer({ idToken }: { idToken: string }): Viewer {
  const claims = decodeJwt(idToken);
  const groups = claims["cognito:groups"] as string[];
  const sites = ["harbor", "ridge"]
    .filter((id) => groups.includes("all-sites") || groups.includes(`site-${id}`))
    .map((id) => ({ id, label: id }));
  const token = () => Promise.resolve(idToken);
  return {
    sub: String(claims.sub),
    username: String(claims["cognito:username"]),
    name: String(claims.name),
    email: String(claims.email),
    groups,
    sites,
    role: groups.includes("admins") ? "admin" : "operator",
    sessionId: `session-of-${String(claims.sub)}`,
    idToken: token,
    renewIdToken: token,
    claims,
    signedInAtMs: 0,
    expiresAtMs: Infinity,
    tokenObtainedAtMs: 0,
    tokenExpiresAtMs: Infinity,
    rememberClient: () => Promise.resolve(),
  };
}

/** Looks until it is so; fails with what it last saw. */
export async function eventually<Value>(look: () => Promise<Value>, isSo: (value: Value) => boolean, withinMs = 15_000): Promise<Value> {
  const deadlineMs = Date.now() + withinMs;
  for (;;) {
    const value = await look();
    if (isSo(value)) return value;
    if (Date.now() > deadlineMs) throw new Error(`still not so: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The row once it has reached `status`. */
export async function rowWith(id: string, status: AuditRow["status"]): Promise<AuditRow> {
  const row = await eventually(
    () => auditLog().find(id),
    (found) => found?.status === status,
  );
  if (!row) throw new Error("no row");
  return row;
}

/** The shadow's version, 0 without one. */
export async function versionOf(thing: string): Promise<number> {
  return (await readShadow(thing))?.version ?? 0;
}

/** Every row of a thing, newest first. */
export async function rowsOf(thing: string): Promise<AuditRow[]> {
  return (await auditLog().listPage({ index: "by-thing", partition: thing, limit: 100 })).rows;
}
