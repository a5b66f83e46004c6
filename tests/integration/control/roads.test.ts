import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { DeleteItemCommand, DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditLog } from "../../../lib/shadow/audit-log.server.ts";
import { hasBuild } from "../../support/app.ts";
import { eventually, rowsOf, rowWith } from "./support/control-world.ts";
import { type LiveDeck, type Person, startLiveDeck } from "./support/live-deck.ts";
import { connectWith, stealKeys, tryDataPlane, tryPublish } from "./support/stolen-keys.ts";
import { createTestDevice, type TestDevice } from "./support/test-device.ts";

const PUMP = "harbor-pump-85";
const SHADOW = `$aws/things/${PUMP}/shadow`;
const WISH = JSON.stringify({ state: { desired: { power: true } } });

describe.skipIf(!hasBuild)("every road to a device and its log (needs a build)", () => {
  let deck: LiveDeck;
  let pump: TestDevice;
  let ada: Person;
  let otto: Person;

  beforeAll(async () => {
    deck = await startLiveDeck();
    pump = await createTestDevice(deck, PUMP);
    [ada, otto] = await Promise.all([deck.signIn("ada"), deck.signIn("otto")]);
  });
  afterAll(async () => {
    await pump.unplug();
    await deck.close();
  });

  /** Runs an attempt, then looks at the shadow and at the device. */
  async function changesNothing(attempt: () => Promise<void>): Promise<void> {
    const { version } = await deck.shadow(PUMP);
    const heardCount = pump.heard.length;
    await attempt();
    expect((await deck.shadow(PUMP)).version).toBe(version);
    expect(pump.heard.length).toBe(heardCount);
  }

  /** One request as it is spelled, which fetch would tidy up. */
  async function raw(person: Person, path: string, { method = "POST", headers = {}, body = {} }: RawRequest = {}): Promise<number> {
    const text = JSON.stringify({ patch: { power: true }, expectedVersion: 1, commandId: randomUUID(), ...body });
    const cookie = [...person.client.cookies].map((pair) => pair.join("=")).join("; ");
    const { port, host } = new URL(deck.appUrl);
    const own = {
      host,
      cookie,
      origin: deck.appUrl,
      "sec-fetch-site": "same-origin",
      "x-thingdeck": "1",
      "content-type": "application/json",
    };
    const lines = Object.entries({ ...own, "content-length": String(Buffer.byteLength(text)), connection: "close", ...headers });
    const head = [`${method} ${path} HTTP/1.1`, ...lines.map((pair) => pair.join(": "))].join("\r\n");
    return await new Promise((resolve, reject) => {
      const socket = connect(Number(port), "127.0.0.1", () => socket.write(`${head}\r\n\r\n${text}`));
      const chunks: Buffer[] = [];
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.on("error", reject);
      socket.on("close", () => resolve(Number(Buffer.concat(chunks).toString("latin1").split(" ")[1])));
    });
  }

  describe("for an operator", () => {
    test.each([
      ["as it is", `/api/things/${PUMP}/desired`],
      ["an escaped slash", `/api/things/${PUMP}%2fdesired`],
      ["a double slash", `/api//things/${PUMP}/desired`],
      ["a double slash in front", `//api/things/${PUMP}/desired`],
      ["a slash behind", `/api/things/${PUMP}/desired/`],
      ["upper case", `/API/things/${PUMP}/DESIRED`],
      ["an escaped letter", `/api/things/%68${PUMP.slice(1)}/desired`],
      ["dots", `/api/things/x/../${PUMP}/./desired`],
      ["escaped dots", `/api/things/x/%2e%2e/${PUMP}/desired`],
      ["a flight request", `/api/things/${PUMP}/desired.rsc`],
      ["a flight query", `/api/things/${PUMP}/desired?_rsc=1`],
      ["a data request", `/_next/data/x/api/things/${PUMP}/desired.json`],
      ["a parameter", `/api/things/${PUMP};role=admin/desired`],
      ["a NUL", `/api/things/${PUMP}%00/desired`],
      ["a backslash", `/api\\things\\${PUMP}\\desired`],
      ["an absolute address", `http://localhost/api/things/${PUMP}/desired`],
      ["a query that claims a role", `/api/things/${PUMP}/desired?role=admin&thing=${PUMP}`],
      ["the lock", `/api/things/${PUMP}/lock`],
      ["a run", "/api/runs"],
    ])("the route is closed, spelled with %s", async (_, path) => {
      await changesNothing(async () => {
        for (const method of ["POST", "PUT", "PATCH", "DELETE", "GET"]) {
          const status = await raw(otto, path, { method });
          // Reading a lock-out tag is everybody's of the site.
          if (!(method === "GET" && path.endsWith("/lock"))) expect(status, method).toBeGreaterThanOrEqual(300);
        }
      });
    });

    test.each([
      ["a method override", { headers: { "x-http-method-override": "POST", "x-method-override": "POST" }, method: "GET" }],
      ["a role in a header", { headers: { "x-role": "admin", "x-user-role": "admin", "x-thingdeck-role": "admin" } }],
      ["a rewritten path", { headers: { "x-original-url": `/api/things/${PUMP}/desired`, "x-rewrite-url": "/", "x-invoke-path": "/" } }],
      ["a skipped proxy", { headers: { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" } }],
      ["a server action", { headers: { "next-action": "x" } }],
      ["a role in the body", { body: { role: "admin", groups: ["admins"], viewer: { role: "admin" } } }],
    ])("the route is closed, with %s", async (_, request) => {
      await changesNothing(async () => {
        expect(await raw(otto, `/api/things/${PUMP}/desired`, request)).toBeGreaterThanOrEqual(400);
      });
    });

    test("every try at the route itself is in the log as denied", async () => {
      const denied = await eventually(
        async () => (await rowsOf(PUMP)).filter(({ actor }) => actor?.username === "otto"),
        ({ length }) => length > 3,
      );
      expect(denied.every(({ status, version }) => status === "denied" && version === null)).toBe(true);
    });

    test("another person's command is neither withdrawn nor prolonged", async () => {
      const { version } = await deck.shadow(PUMP);
      const id = randomUUID();
      await ada.post(`/api/things/${PUMP}/desired`, { patch: { speed: 31 }, expectedVersion: version, commandId: id });
      await rowWith(id, "confirmed");
      for (const verb of ["withdraw", "keep-waiting"]) expect((await otto.post(`/api/commands/${id}/${verb}`)).status).toBe(403);
    });

    test.each([
      ["the shadow's update", { topic: `${SHADOW}/update`, payload: WISH }],
      ["a named shadow's update", { topic: `${SHADOW}/name/other/update`, payload: WISH }],
      ["the shadow's deletion", { topic: `${SHADOW}/delete` }],
      ["a forged delta", { topic: `${SHADOW}/update/delta`, payload: JSON.stringify({ version: 9_999, state: { power: true } }) }],
      ["a retained forged delta", { topic: `${SHADOW}/update/delta`, payload: WISH, retain: true }],
      ["an empty retained message", { topic: `dt/harbor/${PUMP}/telemetry`, retain: true }],
      ["an alias", { topic: `${SHADOW}/update`, payload: WISH, properties: { topicAlias: 1 } }],
      ["basic ingest", { topic: `$aws/rules/thingdeck_outcome/${SHADOW}/update/documents`, payload: WISH }],
      ["forged telemetry", { topic: `dt/harbor/${PUMP}/telemetry`, payload: '{"flow":1}' }],
      ["a forged report of the site", { topic: `st/harbor/${PUMP}/shadow`, payload: '{"version":9999}' }],
    ])("the browser's keys publish nothing: %s", async (_, message) => {
      // Not an admin's either: what reaches a browser can only read.
      for (const person of [otto, ada]) {
        const keys = await stealKeys(person);
        await changesNothing(async () => {
          // Not authorized; what may never be retained is refused for that first.
          expect(await tryPublish(deck.info, keys, message)).toBeOneOf([0x87, 0x90]);
        });
      }
    });

    test("the browser's keys leave no will behind, and take no device's name", async () => {
      const keys = await stealKeys(otto);
      await changesNothing(async () => {
        const will = { topic: `${SHADOW}/update`, payload: Buffer.from(WISH), qos: 1 as const, retain: false };
        const client = await connectWith(deck.info, keys, { will }).catch(() => undefined);
        client?.stream.destroy();
        await expect(connectWith(deck.info, keys, { clientId: PUMP })).rejects.toThrow("refused");
      });
      expect(pump.isOn).toBe(true);
    });

    test("the browser's keys write nothing over HTTPS", async () => {
      for (const person of [otto, ada]) {
        const keys = await stealKeys(person);
        await changesNothing(async () => {
          expect(await tryDataPlane(deck.info, keys, PUMP)).toEqual([403, 403, 403, 403, 403, 403]);
        });
      }
    });
  });

  describe("the log", () => {
    const EVIL = "=cmd|' /C calc'!A0\n\u001b[31mred";

    test("is closed to an operator, on every address of it", async () => {
      const [row] = await rowsOf(PUMP);
      for (const path of ["/api/audit", "/api/audit/csv", `/api/commands/${row?.id ?? ""}`, "/api/runs", `/api/runs/${randomUUID()}`])
        expect((await otto.get(path)).status, path).toBe(403);
    });

    test("has no address that changes or deletes a row", async () => {
      const [row] = await rowsOf(PUMP);
      for (const path of ["/api/audit", "/api/audit/csv", `/api/commands/${row?.id ?? ""}`]) {
        for (const method of ["POST", "PUT", "PATCH", "DELETE"]) expect(await raw(ada, path, { method }), `${method} ${path}`).toBe(405);
      }
      expect(await auditLog().find(row?.id ?? "")).toEqual(row);
    });

    test("is not rewritten or deleted with the server's own keys", async () => {
      const [row] = await rowsOf(PUMP);
      const { region, server, endpoints, outputs } = deck.info;
      const db = new DynamoDBClient({ region, credentials: server, endpoint: endpoints.dynamodb, maxAttempts: 1 });
      const place = { TableName: outputs.AuditTableName ?? "", Key: { pk: { S: `C#${row?.id ?? ""}` }, sk: { S: "row" } } };
      await expect(db.send(new DeleteItemCommand(place))).rejects.toMatchObject({ name: "AccessDeniedException" });
      const forged = { UpdateExpression: "SET actor = :nobody", ExpressionAttributeValues: { ":nobody": { NULL: true } } };
      await expect(db.send(new UpdateItemCommand({ ...place, ...forged }))).rejects.toMatchObject({ name: "AccessDeniedException" });
    });

    test("refuses a page's cursor that was altered, or made for somebody or something else", async () => {
      const { nextCursor } = (await ada.get("/api/audit?limit=1")).body as unknown as { nextCursor: string };
      const adam = await deck.signIn("adam");
      const other = nextCursor.startsWith("A") ? "B" : "A";
      const refused = [
        [ada, `limit=1&cursor=${other}${nextCursor.slice(1)}`],
        [ada, `limit=1&cursor=${nextCursor}x`],
        [ada, `limit=1&cursor=${nextCursor}&thing=${PUMP}`],
        [ada, "cursor=%00"],
        [adam, `limit=1&cursor=${nextCursor}`],
      ] as const;
      for (const [person, query] of refused) {
        expect(await person.get(`/api/audit?${query}`), query).toMatchObject({
          status: 400,
          body: { error: { code: "audit/cursor-invalid" } },
        });
      }
      expect((await ada.get(`/api/audit?limit=1&cursor=${nextCursor}`)).status).toBe(200);
    });

    test("keeps a note as it was written and exports it as text that nothing computes or obeys", async () => {
      const { client } = ada;
      const write = { "content-type": "application/json", "x-thingdeck": "1", origin: deck.appUrl };
      const put = await client.request(`/api/things/${PUMP}/lock`, { method: "PUT", headers: write, body: JSON.stringify({ note: EVIL }) });
      expect(put.status).toBe(200);
      const newest = await eventually(
        async () => (await rowsOf(PUMP))[0],
        (row) => row?.kind === "lock",
      );
      expect(newest).toMatchObject({ note: EVIL });
      const csv = await (await client.request(`/api/audit/csv?thing=${PUMP}`)).text();
      expect(csv).toContain(`"'=cmd|' /C calc'!A0\n\\u001b[31mred"`);
      const { version } = await deck.shadow(PUMP);
      const press = { patch: { speed: 5 }, expectedVersion: version, commandId: randomUUID() };
      await changesNothing(async () => {
        expect(await ada.post(`/api/things/${PUMP}/desired`, press)).toMatchObject({
          status: 423,
          body: { error: { code: "shadow/locked" } },
        });
      });
      await client.request(`/api/things/${PUMP}/lock`, { method: "DELETE", headers: write });
    });
  });

  describe("a body that is none", () => {
    const good = () => ({ patch: { speed: 40 }, expectedVersion: 1, commandId: randomUUID() });
    test.each([
      ["no patch", { patch: undefined }, 400],
      ["a list for a patch", { patch: [] }, 400],
      ["text for a patch", { patch: "power" }, 400],
      ["nothing in the patch", { patch: {} }, 422],
      ["a field that is no control", { patch: { firmware: "x" } }, 422],
      ["a field of the prototype", { patch: { constructor: true } }, 400],
      ["a nested field", { patch: { speed: { a: { b: { c: { d: { e: { f: 1 } } } } } } } }, 422],
      ["a list in a field", { patch: { speed: [1] } }, 422],
      ["nothing for a field", { patch: { power: null } }, 422],
      ["text for a number", { patch: { speed: "5" } }, 422],
      ["8 KB and more", { patch: { mode: "x".repeat(9_000) } }, 422],
      ["a version in quotes", { expectedVersion: "1" }, 400],
      ["a negative version", { expectedVersion: -1 }, 400],
      ["half a version", { expectedVersion: 1.5 }, 400],
      ["2^63 for a version", { expectedVersion: 2 ** 63 }, 400],
      ["a command id of 65 bytes", { commandId: "x".repeat(65) }, 400],
      ["a key that is not asked for", { role: "admin" }, 400],
      ["another choice for offline", { ifOffline: "force" }, 400],
    ])("is refused: %s", async (_, change, status) => {
      await changesNothing(async () => {
        expect((await ada.post(`/api/things/${PUMP}/desired`, { ...good(), ...change })).status).toBe(status);
      });
    });

    test("names a thing that is not: of another site, of no site, or no name at all", async () => {
      const adam = await deck.signIn("adam");
      expect((await adam.post(`/api/things/${PUMP}/desired`, good())).status).toBe(404);
      for (const thing of ["nobody", "a%2Fb", "%00", "x".repeat(200), "%F0%9F%92%A1"])
        expect((await ada.post(`/api/things/${thing}/desired`, good())).status, thing).toBe(404);
    });
  });
});

interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: Record<string, unknown>;
}
