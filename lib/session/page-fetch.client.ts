import "client-only";

/** What a gateway answers in place of a server that is away (RFC 9110, sections 15.6.3 to 15.6.5). */
const GATEWAY_ERRORS: readonly number[] = [502, 503, 504];
/** The router asks again as soon as any page answers, so a single page that keeps failing is paced here. */
const PACE_MS = 1000;

const isForRouter = (init: RequestInit | undefined): boolean => new Headers(init?.headers).has("rsc");

/**
 * Tells the router of a gateway's 502, 503 or 504 as of a server that is not reached: it keeps the page on screen and waits, where it would
 * leave a live page for the gateway's error page. Every other request, and every other answer, passes as it is.
 */
export function waitOutGatewayErrors(): void {
  const ask = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const response = await ask(input, init);
    if (!isForRouter(init) || !GATEWAY_ERRORS.includes(response.status)) return response;
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    throw new TypeError(`The gateway answered ${response.status} in place of the server.`);
  };
}
