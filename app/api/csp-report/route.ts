import { z } from "zod";
import { AppError } from "@/lib/platform/app-error";
import { route } from "@/lib/platform/http.server";
import { log } from "@/lib/platform/log";
import { createSingleBucket } from "@/lib/platform/rate-limit";
import { readText } from "@/lib/platform/request-guards";

const BODY_BYTES_MAX = 16_384;
/** A page that misbehaves in a loop must not fill the log. */
const reports = createSingleBucket({ burstCount: 50, perSecond: 1 });

const fields = z.looseObject({
  "effective-directive": z.string().optional(),
  effectiveDirective: z.string().optional(),
  "blocked-uri": z.string().optional(),
  blockedURL: z.string().optional(),
});
const reportSchema = z.union([
  z.object({ "csp-report": fields }).transform((report) => [report["csp-report"]]),
  z.array(z.object({ body: fields })).transform((list) => list.map(({ body }) => body)),
]);

/** POST is answered below, outside the wrapper: a browser's report carries none of what the wrapper asks of a write. */
export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = route(
  { POST: () => Promise.reject(new AppError("request/forbidden")) },
  { access: "public" },
);

/**
 * Takes browsers' policy reports: only which directive refused which origin is kept, because a report's addresses may hold anything.
 * No session and no header is asked for: browsers send neither.
 */
export async function POST(request: Request): Promise<Response> {
  const done = new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
  try {
    reports.take();
    const text = await readText(request, BODY_BYTES_MAX);
    for (const report of reportSchema.parse(JSON.parse(text)).slice(0, 5)) {
      const directive = (report["effective-directive"] ?? report.effectiveDirective ?? "").slice(0, 64);
      // Only what a directive is made of, so that no line of the log can be forged.
      log.warn(
        { directive: directive.replace(/[^a-z-]/g, ""), blocked: originOf(report["blocked-uri"] ?? report.blockedURL ?? "") },
        "content policy refused something",
      );
    }
  } catch {
    // A report that cannot be read tells nothing.
  }
  return done;
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : address.slice(0, 32);
}
