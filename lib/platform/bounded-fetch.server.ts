import "server-only";

export interface BoundedFetchOptions {
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: string;
  /** Bounds the whole exchange, a body that drips in included. */
  timeoutMs: number;
  bytesMax?: number;
}

export interface BoundedResponse {
  status: number;
  text: string;
}

const BYTES_MAX = 512 * 1024;

/** One HTTP exchange that follows no redirect, ends by its deadline and reads at most `bytesMax`; rejects on network errors only. */
export async function boundedFetch(url: string, options: BoundedFetchOptions): Promise<BoundedResponse> {
  const response = await fetch(url, {
    method: options.method ?? "GET",
    headers: { accept: "application/json", ...options.headers },
    ...(options.body === undefined ? {} : { body: options.body }),
    redirect: "error",
    cache: "no-store",
    signal: AbortSignal.timeout(options.timeoutMs),
  });
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const body: ReadableStream<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > (options.bytesMax ?? BYTES_MAX)) throw new Error("answer too large");
    chunks.push(chunk);
  }
  return { status: response.status, text: Buffer.concat(chunks).toString("utf8") };
}
