/** AWS refuses a signature of another hour; five minutes are allowed, and the SDK takes four. */
const CORRECTED_MS_MIN = 240_000;

interface SigningClient {
  readonly config: { readonly systemClockOffset: number };
  readonly middlewareStack: {
    addRelativeTo: (middleware: (next: Next) => Next, options: { relation: "after"; toMiddleware: string; name: string }) => void;
  };
}

type Next = (args: never) => Promise<never>;

/**
 * Lets a client try again after its idea of the cloud's clock was corrected by an answer. The SDK does so only where this machine's clock is
 * still wrong afterwards: the moment it was put right, each client's next call was lost (HAZARDS H14).
 */
export function retryOnCorrectedClock<Client>(client: Client): Client {
  const { config, middlewareStack } = client as SigningClient;
  const middleware = (next: Next): Next => {
    return async (args) => {
      const offsetBeforeMs = config.systemClockOffset;
      try {
        return await next(args);
      } catch (error) {
        const isCorrected = Math.abs(config.systemClockOffset - offsetBeforeMs) >= CORRECTED_MS_MIN;
        const { $metadata } = error as { $metadata?: { clockSkewCorrected?: boolean } };
        if (isCorrected && $metadata) $metadata.clockSkewCorrected = true;
        throw error;
      }
    };
  };
  middlewareStack.addRelativeTo(middleware, { relation: "after", toMiddleware: "retryMiddleware", name: "retryOnCorrectedClock" });
  return client;
}
