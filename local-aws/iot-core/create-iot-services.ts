import type { Iam } from "../iam/principal.ts";
import type { FunctionInvoker } from "../functions/function-invoker.ts";
import type { HttpHandler } from "../platform/http.ts";
import type { LocalAwsContext, Service } from "../platform/service.ts";
import type { Broker } from "./broker/broker.ts";
import { createControlPlane } from "./control-plane/create-control-plane.ts";
import { createDataPlane } from "./data-plane/create-data-plane.ts";
import type { Registry } from "./registry/create-registry.ts";
import { ruleResourceHandlers } from "./rules/rule-resources.ts";
import { RulesEngine } from "./rules/rules-engine.ts";
import { TopicRules } from "./rules/topic-rules.ts";
import { createFleetIndex } from "./search/fleet-index.ts";
import { serveShadowsOverMqtt } from "./shadow/shadow-over-mqtt.ts";
import { ShadowService } from "./shadow/shadow-service.ts";

export interface IotServicesDependencies {
  readonly iam: Iam;
  readonly registry: Registry;
  readonly broker: Broker;
  readonly functions: FunctionInvoker;
  /** Where the DynamoDB actions of topic rules write, e.g. `http://127.0.0.1:8000`. */
  readonly dynamodbEndpoint: string;
  /** `host:port` for DescribeEndpoint; by default the name it would have on AWS. */
  readonly dataEndpointAddress?: () => string;
}

export interface IotServices extends Service {
  /** The service `iot`. */
  readonly controlPlaneHandler: HttpHandler;
  /** The HTTP half of the data endpoint; MQTT's WebSocket shares its listener. */
  readonly dataPlaneHandler: HttpHandler;
}

/** AWS IoT Core around the broker: control plane, data plane, shadows, topic rules and the fleet index. */
export function createIotServices(ctx: LocalAwsContext, dependencies: IotServicesDependencies): IotServices {
  const { iam, registry, broker, functions, dynamodbEndpoint } = dependencies;
  const shadows = new ShadowService(ctx);
  const stopShadows = serveShadowsOverMqtt(ctx, broker, shadows);
  const index = createFleetIndex(ctx, { registry, shadows: shadows.store, broker });
  const engine = new RulesEngine(ctx, { iam, registry, broker, shadows: shadows.store, functions, dynamodbEndpoint });
  const rules = new TopicRules(ctx, engine);
  const awsAddress = () => `${ctx.accountId.toLowerCase()}-ats.iot.${ctx.region}.amazonaws.com`;
  const dataEndpointAddress = dependencies.dataEndpointAddress ?? awsAddress;
  return {
    controlPlaneHandler: createControlPlane(ctx, { iam, registry, index, rules, dataEndpointAddress }),
    dataPlaneHandler: createDataPlane(ctx, { iam, registry, broker, shadows }),
    resourceHandlers: ruleResourceHandlers(rules, ctx.log),
    close: async () => {
      await engine.close();
      stopShadows();
      index.close();
    },
  };
}
