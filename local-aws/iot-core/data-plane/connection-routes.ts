import type { LocalAwsContext } from "../../platform/service.ts";
import type { Broker, ConnectionInfo } from "../broker/broker.ts";
import { iotArn } from "../registry/arns.ts";
import { invalidRequest, notFound } from "../registry/errors.ts";
import { paginate } from "../rest/pagination.ts";
import type { RestRequest, RestRoute } from "../rest/rest-route.ts";
import type { RequireAccess } from "./data-plane-access.ts";

interface ConnectionRouteDependencies {
  readonly ctx: LocalAwsContext;
  readonly broker: Broker;
  readonly requireAccess: RequireAccess;
  readonly isThing: (name: string) => boolean;
}

/** DeleteConnection, GetConnection and ListSubscriptions. */
export function connectionRoutes(dependencies: ConnectionRouteDependencies): RestRoute[] {
  return [deleteConnection(dependencies), getConnection(dependencies), listSubscriptions(dependencies)];
}

/** The client id, once the caller may do `action` on it. */
function requireClient({ ctx, requireAccess }: ConnectionRouteDependencies, action: string, request: RestRequest): string {
  const { clientId = "" } = request.params;
  if (clientId === "" || Buffer.byteLength(clientId) > 128) throw invalidRequest("Invalid clientId");
  requireAccess(request, action, iotArn(ctx, "client", clientId));
  return clientId;
}

function requireConnection(broker: Broker, clientId: string): ConnectionInfo {
  const connection = broker.connection(clientId);
  if (connection === undefined) throw notFound(`No connection exists for client id: ${clientId}`);
  return connection;
}

function deleteConnection(dependencies: ConnectionRouteDependencies): RestRoute {
  return {
    method: "DELETE",
    path: "/connections/{clientId}",
    operation: "DeleteConnection",
    handle: (request) => {
      const clientId = requireClient(dependencies, "iot:DeleteConnection", request);
      const options = {
        cleanSession: request.query.get("cleanSession") === "true",
        preventWillMessage: request.query.get("preventWillMessage") === "true",
      };
      if (!dependencies.broker.disconnect(clientId, options)) throw notFound(`No connection exists for client id: ${clientId}`);
      return {};
    },
  };
}

function getConnection(dependencies: ConnectionRouteDependencies): RestRoute {
  return {
    method: "GET",
    path: "/connections/{clientId}",
    operation: "GetConnection",
    handle: (request) => {
      const clientId = requireClient(dependencies, "iot:GetConnection", request);
      const { connectedAtMs } = requireConnection(dependencies.broker, clientId);
      const thingName = dependencies.isThing(clientId) ? { thingName: clientId } : {};
      return { json: { connected: true, clientId, ...thingName, connectedSince: connectedAtMs } };
    },
  };
}

function listSubscriptions(dependencies: ConnectionRouteDependencies): RestRoute {
  return {
    method: "GET",
    path: "/connections/{clientId}/subscriptions",
    operation: "ListSubscriptions",
    handle: (request) => {
      const clientId = requireClient(dependencies, "iot:ListSubscriptions", request);
      const all = requireConnection(dependencies.broker, clientId).subscriptions;
      const page = { token: request.query.get("nextToken"), size: request.query.get("maxResults"), sizeMax: 200 };
      const { items: subscriptions, nextToken } = paginate(all, ({ topicFilter }) => topicFilter, page);
      return { json: { subscriptions, nextToken } };
    },
  };
}
