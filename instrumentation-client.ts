import { beginFirstReads, readSiteLoads } from "./lib/fleet/first-reads.client.ts";
import { waitOutGatewayErrors } from "./lib/session/page-fetch.client.ts";
import { setPageViewer } from "./lib/session/page-viewer.client.ts";
import { prepareInterest, startedFor } from "./lib/telemetry/start-live-worker.client.ts";

waitOutGatewayErrors();

const viewerSub = startedFor();

// Next runs this before it hydrates the page. The worker is on its way to keys and socket; the first list begins now.
if (viewerSub !== undefined) {
  setPageViewer(viewerSub);
  beginFirstReads(location);
  void readSiteLoads().then(prepareInterest);
}
