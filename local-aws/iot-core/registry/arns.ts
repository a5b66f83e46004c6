/** What makes an ARN of this account. */
export interface ArnScope {
  readonly region: string;
  readonly accountId: string;
}

type IotResource =
  "thing" | "thingtype" | "thinggroup" | "policy" | "cert" | "rule" | "client" | "topic" | "topicfilter" | "index" | "role";

/** `arn:aws:iot:<region>:<account>:<kind>/<name>` */
export const iotArn = ({ region, accountId }: ArnScope, kind: IotResource, name: string): string =>
  `arn:aws:iot:${region}:${accountId}:${kind}/${name}`;

const COGNITO_IDENTITY_ID = /^[\w-]+:[0-9a-f-]+$/;

/** True for the bare identity id (`region:guid`) that AWS IoT takes as a policy target. */
export const isIdentityId = (target: string): boolean => !target.startsWith("arn:") && COGNITO_IDENTITY_ID.test(target);
