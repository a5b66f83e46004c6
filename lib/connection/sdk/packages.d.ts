/** The mqtt that the SDK brings along; ours is handed on to the SDK as it is, so nothing here needs its type. */
declare module "aws-crt/node_modules/mqtt/lib/client.js" {
  const MqttClient: unknown;
  export default MqttClient;
}

/** The packets of that mqtt. */
declare module "aws-crt/node_modules/mqtt-packet/mqtt.js" {
  const packets: { writeToStream: { cacheNumbers: boolean } };
  export default packets;
}
