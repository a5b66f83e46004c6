import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { LIVE_START, liveStartScript } from "../../../lib/telemetry/live-start.ts";

vi.stubGlobal("LIVE_WORKER_URL", "/live/worker-0123456789abcdef.js");

test.each(["3f1c9a52-0c11-4d6a-9a5e-4c1f6a2b7d90", "</script><script>stolen=1</script>", "\u2028'\"\\${`"])(
  "the page's first script starts the worker for %j and nobody else, and no name ends it",
  (viewerSub) => {
    const script = liveStartScript(viewerSub);
    expect(script).not.toContain("</");
    const posted: unknown[] = [];
    const scope: Record<string, unknown> = {
      Worker: class {
        url: string;
        constructor(url: string) {
          this.url = url;
        }
        postMessage(message: unknown) {
          posted.push(message);
        }
      },
    };
    scope.self = scope;
    runInNewContext(script, scope);
    expect(posted).toEqual([{ type: "begin", viewerSub }]);
    expect(scope[LIVE_START]).toMatchObject({ viewerSub, worker: { url: "/live/worker-0123456789abcdef.js" } });
    expect(scope.stolen).toBeUndefined();
  },
);
