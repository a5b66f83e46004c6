import type { BenchStack } from "./bench-room.ts";
import type { Browser, Page } from "./cdp.ts";
import { z } from "zod";

/** Signs one of the seeded people in through the hosted page, in a fresh browser context; ends on `path`. The caller closes the page. */
export async function signedInPage(browser: Browser, stack: BenchStack, { username, path, onPage }: SignIn): Promise<Page> {
  const page = await browser.newPage();
  await onPage?.(page);
  await openHostedPage(page, stack, path);
  await submitPassword(page, stack, username);
  await page.waitFor(`location.origin === ${JSON.stringify(stack.appUrl)} && location.pathname === ${JSON.stringify(path)}`);
  return page;
}

/** A session without a page that uses it: scripts are off before the deck is reached, so nothing asks for keys. Returns its Cookie header. */
export async function sessionCookie(browser: Browser, stack: BenchStack, username: string): Promise<string> {
  const page = await browser.newPage();
  await openHostedPage(page, stack, "/account");
  await page.send("Emulation.setScriptExecutionDisabled", { value: true });
  await submitPassword(page, stack, username);
  await page.waitFor(`location.origin === ${JSON.stringify(stack.appUrl)}`);
  const cookie = await cookieHeader(page);
  await page.close();
  return cookie;
}

export interface SignIn {
  readonly username: string;
  /** Where the sign-in leads to, e.g. `/devices`. */
  readonly path: string;
  /** Sees the page before it goes anywhere. */
  readonly onPage?: (page: Page) => Promise<unknown>;
}

/** From the sign-in page to the form that asks for the password. */
export async function openHostedPage(page: Page, stack: BenchStack, path: string): Promise<void> {
  await page.goto(`${stack.appUrl}/sign-in?callbackUrl=${encodeURIComponent(path)}`);
  // Until React has taken over, a click does nothing: the form of the hosted page is the proof.
  await page.waitFor(
    `document.querySelector("input[name=password]") ||
      (document.querySelector("main button")?.click(), document.querySelector("input[name=password]"))`,
  );
}

export async function submitPassword(page: Page, stack: BenchStack, username: string): Promise<void> {
  const user = stack.info.users.find((candidate) => candidate.username === username);
  if (user === undefined) throw new Error(`${username} is not a seeded user`);
  await page.evaluate(`(() => {
    document.querySelector("input[name=username]").value = ${JSON.stringify(user.username)};
    const password = document.querySelector("input[name=password]");
    password.value = ${JSON.stringify(user.password)};
    password.form.requestSubmit();
  })()`);
}

const cookieList = z.object({ cookies: z.array(z.object({ name: z.string(), value: z.string(), domain: z.string() })) });

/** The page's cookies for the app as a Cookie header, for requests made by Node. */
export async function cookieHeader(page: Page): Promise<string> {
  const { cookies } = cookieList.parse(await page.send("Network.getCookies"));
  return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
}
