import { expect, test as base, type ConsoleMessage, type Page } from "@playwright/test";
import { readWorld, type World } from "./world.ts";

export { expect };

interface Fixtures {
  readonly world: World;
  /** Signs in through the hosted UI as one of the seeded users and waits for the deck. */
  readonly signIn: (username: string, page?: Page) => Promise<void>;
  /** Patterns of console errors that this test provokes on purpose. */
  readonly expectedErrors: RegExp[];
}

/** The app, the user pool's own pages and the broker. What a page loads from itself (`data:`, `blob:`) has no origin. */
const ownOrigins = ({ appUrl, info }: World): string[] => [
  ...[appUrl, info.userPool.domain, info.userPool.issuer, info.mqtt.wss].map((url) => new URL(url).origin),
  "null",
];

/** Browser tests in which an unexpected console error, a page error, or a request to anybody else (HAZARDS K07) fails the test. */
export const test = base.extend<Fixtures>({
  world: async ({}, use) => {
    await use(readWorld());
  },
  baseURL: async ({}, use) => {
    await use(readWorld().appUrl);
  },
  expectedErrors: async ({}, use) => {
    await use([]);
  },
  page: async ({ page, expectedErrors, world }, use) => {
    const errors: string[] = [];
    const origins = new Set<string>();
    page.context().on("request", (request) => origins.add(new URL(request.url()).origin));
    page.context().on("page", (opened) => opened.on("websocket", (socket) => origins.add(new URL(socket.url()).origin)));
    page.on("websocket", (socket) => origins.add(new URL(socket.url()).origin));
    page.on("console", (message: ConsoleMessage) => {
      if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => errors.push(error.message));
    await use(page);
    expect([...origins].filter((origin) => !ownOrigins(world).includes(origin))).toEqual([]);
    expect(errors.filter((error) => !expectedErrors.some((expected) => expected.test(error)))).toEqual([]);
  },
  signIn: async ({ page: ownPage, world }, use) => {
    await use(async (username, page = ownPage) => {
      const user = world.info.users.find((candidate) => candidate.username === username);
      if (user === undefined) throw new Error(`${username} is not a seeded user`);
      await page.goto(`${world.appUrl}/sign-in`);
      await page
        .getByRole("button", { name: /sign in with your|continue|sign in/i })
        .first()
        .click();
      await page.getByLabel(/user ?name|e-?mail/i).fill(user.username);
      await page.getByLabel("Password", { exact: true }).fill(user.password);
      await page.getByRole("button", { name: /^sign in$/i }).click();
      await page.waitForURL((url) => url.origin === new URL(world.appUrl).origin && !url.pathname.startsWith("/sign-in"));
    });
  },
});
