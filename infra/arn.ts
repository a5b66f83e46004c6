import { Aws } from "aws-cdk-lib";

/** `arn:<partition>:<service>:<region>:<account>:<resource>` of the stack's own account and region. */
export function arnOf(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
}

/** An AWS IoT resource, e.g. `topicfilter/dt/harbor/*`. */
export const iotArn = (resource: string): string => arnOf("iot", resource);
