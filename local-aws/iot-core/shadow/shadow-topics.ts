const THING_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
const SHADOW_NAME = /^[$a-zA-Z0-9:_-]{1,64}$/;
const TOPIC = /^\$aws\/things\/([^/]+)\/shadow\/(?:name\/([^/]+)\/)?(get|update|delete)$/;

export type ShadowOperation = "get" | "update" | "delete";

export interface ShadowAddress {
  readonly thingName: string;
  /** Empty for the classic shadow. */
  readonly shadowName: string;
}

/** True for a name that a thing, or the shadow of one, may have. */
export const isThingName = (name: string): boolean => THING_NAME.test(name);
export const isShadowName = (name: string): boolean => SHADOW_NAME.test(name);

/** Reads a topic on which clients ask the shadow service for something; `undefined` for every other topic. */
export function parseShadowTopic(topic: string): (ShadowAddress & { readonly operation: ShadowOperation }) | undefined {
  const [, thingName, shadowName = "", operation] = TOPIC.exec(topic) ?? [];
  if (thingName === undefined || operation === undefined) return undefined;
  if (!isThingName(thingName) || (shadowName !== "" && !isShadowName(shadowName))) return undefined;
  return { thingName, shadowName, operation: operation as ShadowOperation };
}

/** `$aws/things/<thing>/shadow[/name/<shadow>]/<leaf>` */
export const shadowTopic = ({ thingName, shadowName }: ShadowAddress, leaf: string): string =>
  `$aws/things/${thingName}/shadow${shadowName === "" ? "" : `/name/${shadowName}`}/${leaf}`;
