import type { LocalAwsContext } from "../../platform/service.ts";
import type { Broker } from "../broker/broker.ts";
import { iotArn } from "../registry/arns.ts";
import { notFound } from "../registry/errors.ts";
import { paginate } from "../rest/pagination.ts";
import type { RestRoute } from "../rest/rest-route.ts";
import type { RequireAccess } from "./data-plane-access.ts";
import { parsePublish } from "./publish-request.ts";

interface MessageRouteDependencies {
  readonly ctx: LocalAwsContext;
  readonly broker: Broker;
  readonly requireAccess: RequireAccess;
}

/** Publish over HTTP, and the retained messages. */
export function messageRoutes(dependencies: MessageRouteDependencies): RestRoute[] {
  return [publishRoute(dependencies), getRetainedRoute(dependencies), listRetainedRoute(dependencies)];
}

function publishRoute({ ctx, broker, requireAccess }: MessageRouteDependencies): RestRoute {
  return {
    method: "POST",
    path: "/topics/{topic+}",
    operation: "Publish",
    handle: (request) => {
      const message = parsePublish(request);
      const resource = iotArn(ctx, "topic", message.topic);
      requireAccess(request, "iot:Publish", resource);
      if (message.isRetained) requireAccess(request, "iot:RetainPublish", resource);
      broker.publish(message, { caller: { kind: "sigv4", principal: request.principal } });
      return { json: { message: "OK", traceId: crypto.randomUUID() } };
    },
  };
}

function getRetainedRoute({ ctx, broker, requireAccess }: MessageRouteDependencies): RestRoute {
  return {
    method: "GET",
    path: "/retainedMessage/{topic+}",
    operation: "GetRetainedMessage",
    handle: (request) => {
      const { topic = "" } = request.params;
      requireAccess(request, "iot:GetRetainedMessage", iotArn(ctx, "topic", topic));
      const message = broker.retained(topic);
      if (message === undefined) throw notFound(`No retained message exists for topic: ${topic}`);
      const { payload, qos, lastModifiedMs, userProperties = [] } = message;
      const properties = userProperties.map(([name, value]) => ({ [name]: value }));
      return {
        json: {
          topic,
          payload: payload.toString("base64"),
          qos,
          lastModifiedTime: lastModifiedMs,
          ...(properties.length > 0 ? { userProperties: Buffer.from(JSON.stringify(properties)).toString("base64") } : {}),
        },
      };
    },
  };
}

function listRetainedRoute({ broker, requireAccess }: MessageRouteDependencies): RestRoute {
  return {
    method: "GET",
    path: "/retainedMessage",
    operation: "ListRetainedMessages",
    handle: (request) => {
      const { query } = request;
      requireAccess(request, "iot:ListRetainedMessages", "*");
      const page = { token: query.get("nextToken"), size: query.get("maxResults"), sizeMax: 200 };
      const { items, nextToken } = paginate(broker.retainedTopics(), ({ topic }) => topic, page);
      const retainedTopics = items.map(({ topic, payloadBytes, qos, lastModifiedMs }) => ({
        topic,
        payloadSize: payloadBytes,
        qos,
        lastModifiedTime: lastModifiedMs,
      }));
      return { json: { retainedTopics, nextToken } };
    },
  };
}
