/** The short-lived, read-only keys of one viewer. */
export interface FleetKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Epoch ms, server clock. */
  expiresAtMs: number;
}

/** All a browser needs to reach the fleet, as POST /api/credentials answers it. */
export interface FleetAccess {
  keys: FleetKeys;
  identityId: string;
  /** Every client id of this viewer starts so; AWS policy allows no other. */
  clientIdPrefix: string;
  region: string;
  mqttUrl: string;
  sites: { id: string; label: string }[];
  telemetryTopic: string;
  serverTimeMs: number;
}

/** Keys with less life than this are not worth a connection attempt. */
const LIFE_LEFT_MS_MIN = 30_000;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value.length > 0;
const isTime = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value) && value > 0;

function parseKeys(value: unknown, serverTimeMs: number): FleetKeys | null {
  if (!isObject(value)) return null;
  const { accessKeyId, secretAccessKey, sessionToken, expiresAtMs } = value;
  if (!isText(accessKeyId) || !isText(secretAccessKey) || !isText(sessionToken) || !isTime(expiresAtMs)) return null;
  return expiresAtMs - serverTimeMs < LIFE_LEFT_MS_MIN ? null : { accessKeyId, secretAccessKey, sessionToken, expiresAtMs };
}

function parseSites(value: unknown): FleetAccess["sites"] | null {
  if (!Array.isArray(value)) return null;
  const sites = value.map((site: unknown) =>
    isObject(site) && isText(site.id) && isText(site.label) ? { id: site.id, label: site.label } : null,
  );
  return sites.every((site) => site !== null) ? sites : null;
}

/** Reads the answer of POST /api/credentials; null when its shape is wrong or its keys are expired, which callers treat as an outage (HAZARDS C12). */
export function parseFleetAccess(body: unknown): FleetAccess | null {
  if (!isObject(body)) return null;
  const { credentials, identityId, clientIdPrefix, region, mqttUrl, telemetryTopic, serverTimeMs } = body;
  if (!isTime(serverTimeMs)) return null;
  const keys = parseKeys(credentials, serverTimeMs);
  const sites = parseSites(body.sites);
  if (!keys || !sites) return null;
  if (!isText(identityId) || !isText(clientIdPrefix) || !isText(region) || !isText(mqttUrl) || !isText(telemetryTopic)) return null;
  return { keys, identityId, clientIdPrefix, region, mqttUrl, sites, telemetryTopic, serverTimeMs };
}
