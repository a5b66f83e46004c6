import "server-only";
import { CognitoIdentityClient } from "@aws-sdk/client-cognito-identity";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { retryOnCorrectedClock } from "./clock-correction.ts";
import { env } from "./env.server.ts";

/** Temporary keys of a signed-in viewer, for calls made with the caller's own power. */
export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** A call that AWS does not answer must not hold a page: these bound one attempt, `maxAttempts` the whole. */
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/** A command's chain of steps is put together once, not at every call; the DynamoDB document client cannot do with that. */
const KEPT = { cacheMiddleware: true };

/** DynamoDB with the server role; one client per process. Items hold no `undefined`. */
export const dynamo = once(() =>
  DynamoDBDocumentClient.from(retryOnCorrectedClock(new DynamoDBClient(settings(env().AWS_ENDPOINT_URL_DYNAMODB))), {
    marshallOptions: { removeUndefinedValues: true },
  }),
);

/** The IoT control plane with the server role; one client per process. */
export const iot = once(() => retryOnCorrectedClock(new IoTClient({ ...settings(env().AWS_ENDPOINT_URL_IOT), ...KEPT })));

/** The identity pool; GetId and GetCredentialsForIdentity are unsigned, retries are the caller's (credentials/backoff.ts). */
export const cognitoIdentity = once(
  () => new CognitoIdentityClient({ ...settings(env().AWS_ENDPOINT_URL_COGNITO_IDENTITY), ...KEPT, maxAttempts: 1 }),
);

const serverIotData = once(() => retryOnCorrectedClock(new IoTDataPlaneClient(settings(dataPlaneEndpoint()))));

/**
 * The IoT data plane: with the server role, or with `keys` for a call in the caller's own power, which is never repeated by itself. Such a client
 * shares the server's connections, so it costs nothing to make and is not destroyed; and it starts with what the server's own reads have learnt
 * about the cloud's clock, because with a single attempt it could not learn it itself.
 */
export function iotData(keys?: AwsKeys): IoTDataPlaneClient {
  if (!keys) return serverIotData();
  const { requestHandler, systemClockOffset } = serverIotData().config;
  return new IoTDataPlaneClient({ ...settings(dataPlaneEndpoint()), requestHandler, systemClockOffset, credentials: keys, maxAttempts: 1 });
}

/** On AWS the data plane answers HTTPS on the host that answers MQTT, so MQTT_URL names both. */
function dataPlaneEndpoint(): string {
  const { AWS_ENDPOINT_URL_IOT_DATA_PLANE, AWS_ENDPOINT_URL, MQTT_URL } = env();
  return AWS_ENDPOINT_URL_IOT_DATA_PLANE ?? AWS_ENDPOINT_URL ?? `https://${new URL(MQTT_URL).host}`;
}

function settings(endpoint: string | undefined) {
  const override = endpoint ?? env().AWS_ENDPOINT_URL;
  return {
    region: env().AWS_REGION,
    maxAttempts: 3,
    requestHandler: TIMEOUTS,
    ...(override === undefined ? {} : { endpoint: override }),
  };
}

function once<Value>(create: () => Value): () => Value {
  let created: Value | undefined;
  return () => (created ??= create());
}
