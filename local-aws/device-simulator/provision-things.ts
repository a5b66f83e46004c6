import { mkdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  CreateThingTypeCommand,
  ResourceAlreadyExistsException,
  UpdateThingCommand,
  type IoTClient,
} from "@aws-sdk/client-iot";

export interface ThingRegistration {
  readonly thingName: string;
  readonly thingType: string;
  readonly site: string;
  readonly label: string;
  readonly intervalSeconds: number;
  /** Thing groups to put it into; they are made when missing. */
  readonly groups?: readonly string[];
}

export interface ThingKeys {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const DEVICE_POLICY = "thingdeck-device";

/**
 * Registers a thing the way a fleet owner would on AWS: type, thing with its attributes, groups, one certificate, the device
 * policy on it, thing and certificate attached. Safe to repeat: keys already in `directory` are used again.
 * Throws what the AWS SDK throws.
 */
export async function provisionThing(iot: IoTClient, thing: ThingRegistration, directory: string): Promise<ThingKeys> {
  await tolerateExisting(iot.send(new CreateThingTypeCommand({ thingTypeName: thing.thingType })));
  const attributePayload = {
    attributes: { site: thing.site, label: thing.label.replaceAll(" ", "_"), intervalSeconds: String(thing.intervalSeconds) },
  };
  const isNew = await tolerateExisting(
    iot.send(new CreateThingCommand({ thingName: thing.thingName, thingTypeName: thing.thingType, attributePayload })),
  );
  if (!isNew) await iot.send(new UpdateThingCommand({ thingName: thing.thingName, attributePayload }));
  for (const thingGroupName of thing.groups ?? []) {
    await tolerateExisting(iot.send(new CreateThingGroupCommand({ thingGroupName })));
    await iot.send(new AddThingToThingGroupCommand({ thingGroupName, thingName: thing.thingName }));
  }

  const known = readKeys(directory, thing.thingName);
  if (known !== undefined) return known;
  const issued = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const { certificateArn, certificatePem, keyPair } = issued;
  if (certificateArn === undefined || certificatePem === undefined || keyPair?.PrivateKey === undefined) {
    throw new Error(`AWS IoT issued no certificate for ${thing.thingName}`);
  }
  await iot.send(new AttachPolicyCommand({ policyName: DEVICE_POLICY, target: certificateArn }));
  await iot.send(new AttachThingPrincipalCommand({ thingName: thing.thingName, principal: certificateArn }));
  const keys = { certificatePem, privateKeyPem: keyPair.PrivateKey };
  writeKeys(directory, thing.thingName, keys);
  return keys;
}

const certificateFile = (directory: string, thingName: string) => join(directory, `${thingName}.cert.pem`);
const keyFile = (directory: string, thingName: string) => join(directory, `${thingName}.key.pem`);

function readKeys(directory: string, thingName: string): ThingKeys | undefined {
  if (!existsSync(certificateFile(directory, thingName)) || !existsSync(keyFile(directory, thingName))) return undefined;
  return {
    certificatePem: readFileSync(certificateFile(directory, thingName), "utf8"),
    privateKeyPem: readFileSync(keyFile(directory, thingName), "utf8"),
  };
}

function writeKeys(directory: string, thingName: string, keys: ThingKeys): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(keyFile(directory, thingName), keys.privateKeyPem, { mode: 0o600 });
  writeFileSync(certificateFile(directory, thingName), keys.certificatePem, { mode: 0o600 });
}

/** Answers whether the resource is new. */
async function tolerateExisting(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof ResourceAlreadyExistsException) return false;
    throw error;
  }
}
