import { randomBytes } from "node:crypto";
import { IoTClient } from "@aws-sdk/client-iot";
import { GetThingShadowCommand, IoTDataPlaneClient, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import type { JsonObject } from "../../../../lib/fleet/thing.ts";
import type { CommandView } from "../../../../lib/shadow/command-view.ts";
import { appSettings } from "../../../../scripts/support/app-settings.ts";
import { freePort, type RunningApp, startApp } from "../../../support/app.ts";
import { type RunningLocalAws, startLocalAws } from "../../../support/local-aws.ts";
import { createWebClient, type WebClient } from "../../../support/web-client.ts";
import { createBrowser } from "../../cognito-user-pool/support/browser.ts";
import { startDataPlaneProxy } from "./data-plane-proxy.ts";

/** An answer of the deck's API; status 0 when none came. */
export interface Answer {
  status: number;
  body: { command?: CommandView; error?: { code: string; message: string; details?: Record<string, unknown> } } & Record<string, unknown>;
}

/** A signed-in person as the deck's pages speak to its server. */
export interface Person {
  client: WebClient;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
}

/** The stand-in, the production server before it with a proxy in the data plane, and ways to press, look and kill. The caller must `close()` it. */
export async function startLiveDeck() {
  const port = await freePort();
  const appUrl = `http://localhost:${port}`;
  const aws: RunningLocalAws = await startLocalAws({ args: ["--app-url", appUrl] });
  const { info } = aws;
  const proxy = await startDataPlaneProxy(info.endpoints.iotData);
  const settings = {
    ...appSettings(info as never, { appUrl, sessionKeys: randomBytes(32).toString("base64") }),
    AWS_ENDPOINT_URL_IOT_DATA_PLANE: proxy.origin,
    LOG_LEVEL: "warn",
  };
  let app: RunningApp = await startApp(port, settings);
  const root = { region: info.region, credentials: info.root };
  const data = new IoTDataPlaneClient({ ...root, endpoint: info.endpoints.iotData });
  // The checks read the stores with the server's own modules, in this process and past the proxy.
  Object.assign(process.env, settings, { AWS_ENDPOINT_URL_IOT_DATA_PLANE: info.endpoints.iotData });
  const shadow = async (thingName: string) => {
    const { payload } = await data.send(new GetThingShadowCommand({ thingName }));
    return JSON.parse(new TextDecoder().decode(payload)) as { version: number; state: { desired?: JsonObject; reported?: JsonObject } };
  };
  return {
    aws,
    info,
    proxy,
    appUrl,
    iot: new IoTClient({ ...root, endpoint: info.endpoints.iot }),
    shadow,
    signIn: (username: string) => signIn(info, { base: `http://127.0.0.1:${port}`, origin: appUrl, username }),
    /** Writes a shadow as somebody outside the deck; answers the version, or null when it was refused. */
    writeOutside: async (thingName: string, update: JsonObject): Promise<number | null> => {
      const payload = new TextEncoder().encode(JSON.stringify(update));
      const answer = await data.send(new UpdateThingShadowCommand({ thingName, payload })).catch(() => null);
      return answer && (JSON.parse(new TextDecoder().decode(answer.payload)) as { version: number }).version;
    },
    /** kill -9, as a machine's end would. */
    kill: () => app.kill("SIGKILL"),
    start: async () => {
      app = await startApp(port, settings);
    },
    output: () => app.output(),
    async close() {
      await app.kill("SIGKILL");
      await proxy.close();
      await aws.remove();
    },
  };
}

export type LiveDeck = Awaited<ReturnType<typeof startLiveDeck>>;

async function signIn(
  info: RunningLocalAws["info"],
  { base, origin, username }: { base: string; origin: string; username: string },
): Promise<Person> {
  const client = createWebClient(base, origin);
  const browser = createBrowser([origin]);
  await browser.goto(await client.startSignIn());
  const password = info.users.find((user) => user.username === username)?.password ?? "";
  const { pathname, search } = new URL((await browser.submit({ username, password }, "/login")).url);
  const back = await client.request(`${pathname}${search}`);
  if (back.status >= 400) throw new Error(`${username} could not sign in: ${back.status}`);
  const ask = async (request: Promise<Response>): Promise<Answer> => {
    try {
      const response = await request;
      return { status: response.status, body: (await response.json()) as Answer["body"] };
    } catch {
      return { status: 0, body: {} };
    }
  };
  return { client, get: (path) => ask(client.request(path)), post: (path, body) => ask(client.post(path, body)) };
}
