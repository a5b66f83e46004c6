import { auth, iot, mqtt, mqtt5 } from "aws-iot-device-sdk-v2/dist/browser.js";

/** What a page needs to connect: keys as the identity pool or IAM gave them. */
export interface PageSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly clientId: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

export interface PageMessage {
  readonly topic: string;
  readonly payload: string;
}

const text = (payload: unknown): string => (typeof payload === "string" ? payload : new TextDecoder().decode(payload as ArrayBuffer));

/** The device SDK as a web page uses it, with its own URL builder and signer; nothing in it is ours. */
const official = {
  messages: [] as PageMessage[],
  client5: undefined as mqtt5.Mqtt5Client | undefined,
  connection311: undefined as mqtt.MqttClientConnection | undefined,

  /** Resolves with "connected", or with the refusal's own words. */
  async connect5({ endpoint, region, clientId, keys }: PageSettings): Promise<string> {
    const credentialsProvider = new auth.StaticCredentialProvider({
      aws_region: region,
      aws_access_id: keys.accessKeyId,
      aws_secret_key: keys.secretAccessKey,
      ...(keys.sessionToken !== undefined && { aws_sts_token: keys.sessionToken }),
    });
    const config = iot.AwsIotMqtt5ClientConfigBuilder.newWebsocketMqttBuilderWithSigv4Auth(endpoint, { region, credentialsProvider })
      .withConnectProperties({ clientId, keepAliveIntervalSeconds: 30 })
      .build();
    const client = new mqtt5.Mqtt5Client(config);
    this.client5 = client;
    client.on("messageReceived", ({ message }) => this.messages.push({ topic: message.topicName, payload: text(message.payload) }));
    return new Promise((resolve) => {
      client.on("connectionSuccess", () => resolve("connected"));
      client.on("connectionFailure", ({ error }) => {
        client.stop();
        resolve((error as Error).message);
      });
      client.start();
    });
  },
  async subscribe5(topicFilter: string): Promise<number[]> {
    const answer = await this.client5?.subscribe({ subscriptions: [{ topicFilter, qos: mqtt5.QoS.AtLeastOnce }] });
    return answer?.reasonCodes ?? [];
  },
  /** The reason code of the PUBACK, or the SDK's words: in a browser it rejects what the broker refuses. */
  async publish5(topicName: string, payload: string): Promise<number | string | undefined> {
    try {
      const answer = await this.client5?.publish({ topicName, payload, qos: mqtt5.QoS.AtLeastOnce });
      return answer?.reasonCode;
    } catch (error) {
      return (error as Error).message;
    }
  },
  async connect311({ endpoint, region, clientId, keys }: PageSettings): Promise<boolean> {
    const config = iot.AwsIotMqttConnectionConfigBuilder.new_builder_for_websocket()
      .with_credentials(region, keys.accessKeyId, keys.secretAccessKey, keys.sessionToken)
      .with_endpoint(endpoint)
      .with_client_id(clientId)
      .with_clean_session(true)
      .build();
    this.connection311 = new mqtt.MqttClient().new_connection(config);
    return this.connection311.connect();
  },
  async subscribe311(topic: string): Promise<number | undefined> {
    const answer = await this.connection311?.subscribe(topic, mqtt.QoS.AtLeastOnce, (from, payload) => {
      this.messages.push({ topic: from, payload: text(payload) });
    });
    return answer?.qos;
  },
};

export type OfficialPage = typeof official;

declare global {
  var official: OfficialPage;
}

globalThis.official = official;
