import type { Viewer } from "../session/viewer.server.ts";
import type { Actor, Origin } from "./audit-row.ts";

/** Who asks and from where, for the audit row. */
export interface Asker {
  viewer: Viewer;
  origin: Origin;
}

const TEXT_LENGTH_MAX = 256;

/** Where the request says it comes from; behind a proxy the first forwarded address, which only a trusted proxy makes reliable. */
export function originOf(headers: Headers, via: "web" | "run" = "web"): Origin {
  const ip = headers.get("x-forwarded-for")?.split(",")[0]?.trim().slice(0, TEXT_LENGTH_MAX);
  const userAgent = headers.get("user-agent")?.slice(0, TEXT_LENGTH_MAX);
  return { via, ...(ip && { ip }), ...(userAgent && { userAgent }) };
}

/** The person as the log names them. */
export function actorOf({ sub, username, name }: Viewer): Actor {
  return { sub, username, name };
}
