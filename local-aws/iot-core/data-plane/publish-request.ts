import { AwsError } from "../../platform/aws-error.ts";
import type { IotMessage } from "../broker/broker.ts";
import { parseShadowTopic } from "../shadow/shadow-topics.ts";
import type { RestRequest } from "../rest/rest-route.ts";
import { forbidden } from "./data-plane-access.ts";

/** AWS IoT quotas of a message. */
const TOPIC_BYTES_MAX = 256;
const TOPIC_SLASHES_MAX = 7;
const USER_PROPERTIES_BYTES_MAX = 8192;
const MESSAGE_EXPIRY_SECONDS_MAX = 604_800;
/** Publishing a payload above this is refused with 413. */
export const PAYLOAD_BYTES_MAX = 131_072;

const invalid = (message: string) => new AwsError("InvalidRequestException", message, 400);

/** Reads `POST /topics/{topic}`. Throws AwsError 400, 403 (reserved topic) or 413. */
export function parsePublish({ params, query, headers, body }: RestRequest): IotMessage {
  const topic = requireTopic(params.topic ?? "");
  if (body.length > PAYLOAD_BYTES_MAX) {
    throw new AwsError("RequestEntityTooLargeException", "The payload exceeds the maximum size allowed", 413);
  }
  const responseTopic = query.get("responseTopic");
  const messageExpirySeconds = readExpiry(query.get("messageExpiry"));
  const correlation = readHeader(headers["x-amz-mqtt5-correlation-data"]);
  const indicator = readIndicator(readHeader(headers["x-amz-mqtt5-payload-format-indicator"]));
  const userProperties = readUserProperties(readHeader(headers["x-amz-mqtt5-user-properties"]));
  const contentType = query.get("contentType");
  return {
    topic,
    payload: body,
    qos: readQos(query.get("qos")),
    isRetained: readFlag(query.get("retain")),
    ...(contentType === null ? {} : { contentType }),
    ...(responseTopic === null ? {} : { responseTopic: requireTopic(responseTopic) }),
    ...(correlation === undefined ? {} : { correlationData: Buffer.from(correlation, "base64") }),
    ...(indicator === undefined ? {} : { payloadFormatIndicator: indicator }),
    ...(messageExpirySeconds === undefined ? {} : { messageExpirySeconds }),
    ...(userProperties === undefined ? {} : { userProperties }),
  };
}

/** Basic Ingest (`$aws/rules/<rule>/…`) is not counted in the topic's levels. */
function requireTopic(topic: string): string {
  const counted = topic.replace(/^\$aws\/rules\/[^/]+\//, "");
  if (counted === "" || /[+#\0]/.test(topic)) throw invalid("Invalid topic");
  if (Buffer.byteLength(counted) > TOPIC_BYTES_MAX) throw invalid(`The topic is longer than ${TOPIC_BYTES_MAX} bytes`);
  const isShadowRequest = parseShadowTopic(topic) !== undefined;
  if (!isShadowRequest && counted.split("/").length - 1 > TOPIC_SLASHES_MAX)
    throw invalid(`The topic has more than ${TOPIC_SLASHES_MAX} slashes`);
  const isReserved = topic.startsWith("$") && !isShadowRequest && counted === topic;
  if (isReserved) throw forbidden("Publishing to a reserved topic is not allowed");
  return topic;
}

function readQos(text: string | null): 0 | 1 {
  if (text === null || text === "0") return 0;
  if (text === "1") return 1;
  throw invalid("qos must be 0 or 1");
}

function readFlag(text: string | null): boolean {
  if (text === null || text === "false") return false;
  if (text === "true") return true;
  throw invalid("retain must be true or false");
}

function readExpiry(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (!/^\d{1,12}$/.test(text)) throw invalid("messageExpiry must be a number of seconds");
  return Math.min(Math.max(Number(text), 1), MESSAGE_EXPIRY_SECONDS_MAX);
}

const readHeader = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

function readIndicator(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === "UTF8_DATA") return true;
  if (text === "UNSPECIFIED_BYTES") return false;
  throw invalid("payloadFormatIndicator must be UNSPECIFIED_BYTES or UTF8_DATA");
}

/** Base64 of `[{"name":"value"}, …]`, as the service model documents it. */
function readUserProperties(encoded: string | undefined): readonly (readonly [string, string])[] | undefined {
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString();
  if (Buffer.byteLength(text) > USER_PROPERTIES_BYTES_MAX)
    throw invalid(`userProperties are larger than ${USER_PROPERTIES_BYTES_MAX} bytes`);
  const list = parseJson(text);
  if (!Array.isArray(list)) throw invalid("userProperties must be a JSON array");
  return (list as unknown[]).flatMap((item) => {
    if (typeof item !== "object" || item === null) throw invalid("userProperties must be a JSON array of objects");
    return Object.entries(item).map(([name, value]) => [name, String(value)] as const);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("userProperties are not valid JSON");
  }
}
