import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachPrincipalPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  CreateThingTypeCommand,
  CreateTopicRuleCommand,
  DeletePolicyCommand,
  DescribeCertificateCommand,
  DescribeEndpointCommand,
  DescribeIndexCommand,
  DescribeThingCommand,
  DescribeThingGroupCommand,
  DetachPolicyCommand,
  GetEffectivePoliciesCommand,
  GetIndexingConfigurationCommand,
  GetPolicyCommand,
  GetStatisticsCommand,
  GetThingConnectivityDataCommand,
  GetTopicRuleCommand,
  ListAttachedPoliciesCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListTargetsForPolicyCommand,
  ListThingGroupsForThingCommand,
  ListThingPrincipalsCommand,
  ListThingsCommand,
  ListThingsInThingGroupCommand,
  ListTopicRulesCommand,
  SearchIndexCommand,
  TestAuthorizationCommand,
  UpdateIndexingConfigurationCommand,
  UpdateThingCommand,
} from "@aws-sdk/client-iot";
import { UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IDENTITY, makeRole, POOL, refusal, startIotWorld, type IotWorld } from "./support/iot-world.ts";

const ARN = "arn:aws:iot:eu-west-1:123456789012";
const policyDocument = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "iot:Connect", Resource: `${ARN}:client/\${cognito-identity.amazonaws.com:sub}-*` },
    { Effect: "Allow", Action: "iot:Subscribe", Resource: `${ARN}:topicfilter/dt/harbor/*` },
    { Effect: "Deny", Action: "iot:Subscribe", Resource: `${ARN}:topicfilter/dt/harbor/secret/*` },
  ],
});

describe("control plane, through AWS's own client", () => {
  let world: IotWorld;
  beforeAll(async () => {
    world = await startIotWorld();
    await world.iot.send(new CreatePolicyCommand({ policyName: "site-harbor", policyDocument }));
  });
  afterAll(() => world.close());

  it("a policy is attached to an identity, listed from both ends, detached, and only then deleted", async () => {
    const { iot } = world;
    await iot.send(new CreatePolicyCommand({ policyName: "p", policyDocument }));
    await iot.send(new AttachPolicyCommand({ policyName: "p", target: IDENTITY }));
    await iot.send(new AttachPolicyCommand({ policyName: "p", target: IDENTITY }));
    const { policies } = await iot.send(new ListAttachedPoliciesCommand({ target: IDENTITY }));
    expect(policies).toEqual([{ policyName: "p", policyArn: `${ARN}:policy/p` }]);
    expect((await iot.send(new ListTargetsForPolicyCommand({ policyName: "p" }))).targets).toEqual([IDENTITY]);
    expect(await refusal(iot.send(new DeletePolicyCommand({ policyName: "p" })))).toMatchObject({
      name: "DeleteConflictException",
      status: 409,
    });
    await iot.send(new DetachPolicyCommand({ policyName: "p", target: IDENTITY }));
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- AWS still answers it, and older tools still call it
    await iot.send(new AttachPrincipalPolicyCommand({ policyName: "p", principal: IDENTITY }));
    await iot.send(new DetachPolicyCommand({ policyName: "p", target: IDENTITY }));
    await iot.send(new DeletePolicyCommand({ policyName: "p" }));
    expect(await refusal(iot.send(new GetPolicyCommand({ policyName: "p" })))).toMatchObject({
      name: "ResourceNotFoundException",
      status: 404,
    });
  });

  it("versions become the default, and lists are paged", async () => {
    const { iot } = world;
    for (const policyName of ["q1", "q2", "q3"]) await iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
    await iot.send(new CreatePolicyVersionCommand({ policyName: "q1", policyDocument, setAsDefault: true }));
    expect((await iot.send(new GetPolicyCommand({ policyName: "q1" }))).defaultVersionId).toBe("2");
    expect((await iot.send(new ListPolicyVersionsCommand({ policyName: "q1" }))).policyVersions).toHaveLength(2);
    const first = await iot.send(new ListPoliciesCommand({ pageSize: 2 }));
    const second = await iot.send(new ListPoliciesCommand({ marker: first.nextMarker }));
    const names = [...(first.policies ?? []), ...(second.policies ?? [])].map(({ policyName }) => policyName);
    expect(names).toEqual(["q1", "q2", "q3", "site-harbor"]);
  });

  it("a malformed document is MalformedPolicyException 400, a taken name ResourceAlreadyExistsException 409", async () => {
    const malformed = world.iot.send(new CreatePolicyCommand({ policyName: "m", policyDocument: "{" }));
    expect(await refusal(malformed)).toMatchObject({ name: "MalformedPolicyException", status: 400 });
    const taken = world.iot.send(new CreatePolicyCommand({ policyName: "site-harbor", policyDocument }));
    expect(await refusal(taken)).toMatchObject({ name: "ResourceAlreadyExistsException", status: 409 });
  });

  it("TestAuthorization answers allowed, explicitly and implicitly denied, with the policies behind it", async () => {
    await world.iot.send(new AttachPolicyCommand({ policyName: "site-harbor", target: IDENTITY }));
    const ask = (actionType: "CONNECT" | "SUBSCRIBE", resource: string) => ({ actionType, resources: [`${ARN}:${resource}`] });
    const { authResults } = await world.iot.send(
      new TestAuthorizationCommand({
        principal: IDENTITY,
        cognitoIdentityPoolId: POOL,
        clientId: `${IDENTITY}-1`,
        authInfos: [
          ask("CONNECT", `client/${IDENTITY}-1`),
          ask("SUBSCRIBE", "topicfilter/dt/harbor/x"),
          ask("SUBSCRIBE", "topicfilter/dt/harbor/secret/x"),
          ask("SUBSCRIBE", "topicfilter/dt/ridge/x"),
        ],
      }),
    );
    expect(authResults?.map(({ authDecision }) => authDecision)).toEqual(["ALLOWED", "ALLOWED", "EXPLICIT_DENY", "IMPLICIT_DENY"]);
    expect(authResults?.[0]?.allowed?.policies?.[0]?.policyName).toBe("site-harbor");
    expect(authResults?.[3]?.denied?.implicitDeny?.policies?.map(({ policyName }) => policyName)).toEqual(["site-harbor"]);
    const effective = await world.iot.send(new GetEffectivePoliciesCommand({ principal: IDENTITY }));
    expect(effective.effectivePolicies?.map(({ policyName }) => policyName)).toEqual(["site-harbor"]);
  });

  it("things, types, groups and certificates are made, related and described", async () => {
    const { iot } = world;
    await iot.send(new CreateThingTypeCommand({ thingTypeName: "pump" }));
    const attributePayload = { attributes: { site: "harbor", label: "Harbor-pump" } };
    await iot.send(new CreateThingCommand({ thingName: "harbor-pump-01", thingTypeName: "pump", attributePayload }));
    await iot.send(new UpdateThingCommand({ thingName: "harbor-pump-01", attributePayload: { attributes: { label: "P1" }, merge: true } }));
    expect(await iot.send(new DescribeThingCommand({ thingName: "harbor-pump-01" }))).toMatchObject({
      thingTypeName: "pump",
      attributes: { site: "harbor", label: "P1" },
      version: 2,
    });
    await iot.send(new CreateThingGroupCommand({ thingGroupName: "pumps" }));
    await iot.send(new AddThingToThingGroupCommand({ thingGroupName: "pumps", thingName: "harbor-pump-01" }));
    expect((await iot.send(new ListThingsInThingGroupCommand({ thingGroupName: "pumps" }))).things).toEqual(["harbor-pump-01"]);
    const { thingGroups } = await iot.send(new ListThingGroupsForThingCommand({ thingName: "harbor-pump-01" }));
    expect(thingGroups?.[0]?.groupName).toBe("pumps");
    const described = await iot.send(new DescribeThingGroupCommand({ thingGroupName: "pumps" }));
    expect(described.thingGroupMetadata?.creationDate).toBeInstanceOf(Date);
    const { certificateArn = "", certificateId, keyPair } = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    expect(keyPair?.PrivateKey).toContain("BEGIN RSA PRIVATE KEY");
    await iot.send(new AttachThingPrincipalCommand({ thingName: "harbor-pump-01", principal: certificateArn }));
    expect((await iot.send(new ListThingPrincipalsCommand({ thingName: "harbor-pump-01" }))).principals).toEqual([certificateArn]);
    const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId }));
    expect(certificateDescription?.status).toBe("ACTIVE");
    const listed = await iot.send(new ListThingsCommand({ attributeName: "site", attributeValue: "har", usePrefixAttributeValue: true }));
    expect(listed.things?.map(({ thingName }) => thingName)).toEqual(["harbor-pump-01"]);
    expect((await iot.send(new DescribeEndpointCommand({ endpointType: "iot:Data-ATS" }))).endpointAddress).toContain("-ats.iot.eu-west-1");
  });

  it("the index is not ready until it is configured; then things are found by registry, shadow and connectivity", async () => {
    const { iot } = world;
    const search = (queryString: string, more = {}) => iot.send(new SearchIndexCommand({ queryString, ...more }));
    expect(await refusal(search("*"))).toMatchObject({ name: "IndexNotReadyException", status: 400 });
    await iot.send(
      new UpdateIndexingConfigurationCommand({
        thingIndexingConfiguration: { thingIndexingMode: "REGISTRY_AND_SHADOW", thingConnectivityIndexingMode: "STATUS" },
      }),
    );
    const { thingIndexingConfiguration } = await iot.send(new GetIndexingConfigurationCommand({}));
    expect(thingIndexingConfiguration?.thingIndexingMode).toBe("REGISTRY_AND_SHADOW");
    expect((await iot.send(new DescribeIndexCommand({ indexName: "AWS_Things" }))).indexStatus).toBe("ACTIVE");
    const attributePayload = { attributes: { fleet: "search" } };
    for (let index = 0; index < 5; index += 1) await iot.send(new CreateThingCommand({ thingName: `found-${index}`, attributePayload }));
    const payload = Buffer.from('{"state":{"desired":{"speed":50},"reported":{"speed":40}}}');
    await world.data.send(new UpdateThingShadowCommand({ thingName: "found-3", payload }));

    const first = await search("attributes.fleet:search", { maxResults: 3 });
    const second = await search("attributes.fleet:search", { nextToken: first.nextToken });
    const names = [...(first.things ?? []), ...(second.things ?? [])].map(({ thingName }) => thingName);
    expect(names).toEqual(["found-0", "found-1", "found-2", "found-3", "found-4"]);
    const { things } = await search("shadow.reported.speed>30 AND shadow.hasDelta:true AND connectivity.connected:false");
    expect(things?.map(({ thingName }) => thingName)).toEqual(["found-3"]);
    expect(JSON.parse(things?.[0]?.shadow ?? "")).toMatchObject({
      reported: { speed: 40 },
      desired: { speed: 50 },
      hasDelta: true,
      version: 1,
    });
    const { statistics } = await iot.send(new GetStatisticsCommand({ queryString: "attributes.fleet:search" }));
    expect(statistics?.count).toBe(5);
    expect(await iot.send(new GetThingConnectivityDataCommand({ thingName: "found-3" }))).toMatchObject({ connected: false });
    expect(await refusal(search("thingName:a@b"))).toMatchObject({ name: "InvalidQueryException", status: 400 });
    expect(await refusal(search("*", { maxResults: 101 }))).toMatchObject({ name: "InvalidRequestException" });
    expect(await refusal(search("*", { nextToken: "x" }))).toMatchObject({ name: "InvalidRequestException" });
  });

  it("a rule republishes in its role, takes the site from the registry, and hands what fails to its error action", async () => {
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "iot.amazonaws.com" } }],
    };
    const roleArn = await makeRole(world.iam, "rules", { trust });
    const allowed = {
      Version: "2012-10-17" as const,
      Statement: [{ Effect: "Allow" as const, Action: "iot:Publish", Resource: `${ARN}:topic/ok/*` }],
    };
    const narrowArn = await makeRole(world.iam, "narrow", { trust, policy: allowed });
    const site = `get_registry_data("DescribeThing", topic(2), "${roleArn}").attributes.site`;
    const rule = (sql: string, topic: string, actionRole = roleArn) => ({
      sql,
      actions: [{ republish: { roleArn: actionRole, topic, qos: 1 } }],
      errorAction: { republish: { roleArn, topic: "errors" } },
    });
    const create = (ruleName: string, topicRulePayload: ReturnType<typeof rule>) =>
      world.iot.send(new CreateTopicRuleCommand({ ruleName, topicRulePayload }));
    await create("by_site", rule("SELECT n AS n, topic(2) AS thing FROM 'raw/+' WHERE n > 1", `st/\${${site}}/\${topic(2)}`));
    await create("denied", rule("SELECT * FROM 'denied'", "other/topic", narrowArn));
    await create("loop", rule("SELECT * FROM 'loop'", "loop"));
    expect(await refusal(create("unknown", rule("SELECT magic() AS a FROM 'x'", "y")))).toMatchObject({
      name: "SqlParseException",
      message: expect.stringContaining("magic") as string,
    });
    expect((await world.iot.send(new ListTopicRulesCommand({}))).rules?.map(({ ruleName }) => ruleName)).toEqual([
      "by_site",
      "denied",
      "loop",
    ]);
    expect((await world.iot.send(new GetTopicRuleCommand({ ruleName: "loop" }))).rule?.sql).toBe("SELECT * FROM 'loop'");

    const seen: { topic: string; body: Record<string, unknown> }[] = [];
    const done = new Promise<void>((resolve) => {
      world.broker.onAccepted(({ topic, payload }) => {
        seen.push({ topic, body: JSON.parse(payload.toString()) as Record<string, unknown> });
        if (seen.filter((message) => message.topic === "errors").length === 3) resolve();
      });
    });
    const publish = (topic: string, body: unknown) =>
      world.broker.publish(
        { topic, payload: Buffer.from(JSON.stringify(body)), qos: 0, isRetained: false },
        { caller: { kind: "service" } },
      );
    publish("raw/harbor-pump-01", { n: 1 });
    publish("raw/harbor-pump-01", { n: 2 });
    publish("raw/stranger", { n: 3 });
    publish("denied", { a: 1 });
    publish("loop", { a: 1 });
    await done;
    expect(seen.filter(({ topic }) => topic.startsWith("st/"))).toEqual([
      { topic: "st/harbor/harbor-pump-01", body: { n: 2, thing: "harbor-pump-01" } },
    ]);
    expect(seen.filter(({ topic }) => topic === "loop").length).toBeLessThan(20);
    const errors = seen.filter(({ topic }) => topic === "errors").map(({ body }) => body);
    expect(errors.map(({ ruleName }) => ruleName).sort()).toEqual(["by_site", "denied", "loop"]);
    expect(errors.find(({ ruleName }) => ruleName === "denied")).toMatchObject({
      topic: "denied",
      base64OriginalPayload: Buffer.from('{"a":1}').toString("base64"),
      failures: [{ failedAction: "RepublishAction", failedResource: "other/topic" }],
    });
  });

  it("each operation asks IAM for its action on its resource", async () => {
    const { iot } = world.clientsOf("reader", {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "iot:DescribeThing", Resource: `${ARN}:thing/harbor-*` }],
    });
    expect((await iot.send(new DescribeThingCommand({ thingName: "harbor-pump-01" }))).thingName).toBe("harbor-pump-01");
    const refused = [
      () => iot.send(new DescribeThingCommand({ thingName: "ridge-1" })),
      () => iot.send(new AttachPolicyCommand({ policyName: "site-harbor", target: IDENTITY })),
      () => iot.send(new SearchIndexCommand({ queryString: "*" })),
      () => iot.send(new ListThingsCommand({})),
    ];
    for (const call of refused) expect(await refusal(call())).toMatchObject({ name: "AccessDeniedException", status: 403 });
  });

  it("an unknown operation says so, a wrong method is 405, and an unsigned request 403", async () => {
    const unsigned = await fetch(`${world.controlOrigin}/things`);
    expect(unsigned.status).toBe(403);
    expect(unsigned.headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
    const { ListJobsCommand } = await import("@aws-sdk/client-iot");
    expect(await refusal(world.iot.send(new ListJobsCommand({})))).toMatchObject({ name: "UnknownOperationException", status: 404 });
  });
});
