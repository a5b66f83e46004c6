import { createHmac } from "node:crypto";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  AssociateSoftwareTokenCommand,
  ChangePasswordCommand,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  CreateGroupCommand,
  DeleteUserCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ForgotPasswordCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  ListGroupsCommand,
  ListUserPoolClientsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
  ResendConfirmationCodeCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
  SetUserMFAPreferenceCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
  VerifySoftwareTokenCommand,
  VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { srpSignIn } from "./support/srp-client.ts";
import { createWorld, PASSWORD, type World } from "./support/user-pool-world.ts";

let world: World;
let admin: CognitoIdentityProviderClient;
let user: CognitoIdentityProviderClient;
let ids: { ClientId: string };
let pool: { UserPoolId: string };

beforeAll(async () => {
  world = await createWorld({
    pool: {
      MfaConfiguration: "OPTIONAL",
      EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ["email"] },
      Schema: [{ Name: "role", AttributeDataType: "String", Mutable: true }],
    },
    client: { WriteAttributes: ["email", "name"] },
  });
  const shared = { region: "eu-west-1", endpoint: world.issuerOrigin, maxAttempts: 1 };
  admin = new CognitoIdentityProviderClient({ ...shared, credentials: world.iam.rootKeys });
  user = new CognitoIdentityProviderClient({ ...shared, credentials: { accessKeyId: "none", secretAccessKey: "none" } });
  ids = { ClientId: world.clientId };
  pool = { UserPoolId: world.poolId };
});
afterAll(() => world.close());

const hashFor = (username: string) =>
  createHmac("sha256", world.clientSecret)
    .update(username + world.clientId)
    .digest("base64");

const srp = () => ({ user, ids, poolId: world.poolId, hashFor });

async function signIn(username: string, password = PASSWORD) {
  const AuthParameters = { USERNAME: username, PASSWORD: password, SECRET_HASH: hashFor(username) };
  return user.send(new InitiateAuthCommand({ ...ids, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }));
}

async function tokensOf(username: string, password = PASSWORD) {
  const { AuthenticationResult: result } = await signIn(username, password);
  return { AccessToken: result?.AccessToken ?? "", IdToken: result?.IdToken ?? "", RefreshToken: result?.RefreshToken ?? "" };
}

async function createUser(username: string) {
  const UserAttributes = [
    { Name: "email", Value: `${username}@example.com` },
    { Name: "email_verified", Value: "true" },
  ];
  await admin.send(new AdminCreateUserCommand({ ...pool, Username: username, UserAttributes, MessageAction: "SUPPRESS" }));
  await admin.send(new AdminSetUserPasswordCommand({ ...pool, Username: username, Password: PASSWORD, Permanent: true }));
}

async function mailedCode(username: string): Promise<string> {
  const { mails } = (await world.verb("mailbox")) as { mails: { username: string; code: string }[] };
  return mails.find((mail) => mail.username === username)?.code ?? "";
}

describe("signing up", () => {
  it("registers, mails a code, confirms, and signs in; AWS's words for what goes wrong on the way", async () => {
    const Username = "sue";
    const SecretHash = hashFor(Username);
    const UserAttributes = [{ Name: "email", Value: "sue@example.com" }];
    const weak = new SignUpCommand({ ...ids, SecretHash, Username, Password: "short", UserAttributes });
    await expect(user.send(weak)).rejects.toMatchObject({
      name: "InvalidPasswordException",
      message: "Password did not conform with policy: Password not long enough",
    });
    const done = await user.send(new SignUpCommand({ ...ids, SecretHash, Username, Password: PASSWORD, UserAttributes }));
    expect(done).toMatchObject({
      UserConfirmed: false,
      CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "s***@e***" },
    });
    await expect(signIn(Username)).rejects.toMatchObject({ name: "UserNotConfirmedException", message: "User is not confirmed." });
    await expect(user.send(new SignUpCommand({ ...ids, SecretHash, Username, Password: PASSWORD }))).rejects.toMatchObject({
      name: "UsernameExistsException",
    });
    await user.send(new ResendConfirmationCodeCommand({ ...ids, SecretHash, Username }));
    const wrong = new ConfirmSignUpCommand({ ...ids, SecretHash, Username, ConfirmationCode: "x" });
    await expect(user.send(wrong)).rejects.toMatchObject({ name: "CodeMismatchException" });
    await user.send(new ConfirmSignUpCommand({ ...ids, SecretHash, Username, ConfirmationCode: await mailedCode(Username) }));
    expect((await signIn(Username)).AuthenticationResult?.TokenType).toBe("Bearer");
  });

  it("refuses where only administrators make users", async () => {
    const closed = await createWorld({ pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } });
    const client = new CognitoIdentityProviderClient({
      region: "eu-west-1",
      endpoint: closed.issuerOrigin,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    const SecretHash = createHmac("sha256", closed.clientSecret).update(`eve${closed.clientId}`).digest("base64");
    const attempt = client.send(new SignUpCommand({ ClientId: closed.clientId, SecretHash, Username: "eve", Password: PASSWORD }));
    await expect(attempt).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "SignUp is not permitted for this user pool",
      $metadata: { httpStatusCode: 400 },
    });
    await closed.close();
  });

  it("lets nobody sign up with an attribute the client may not write", async () => {
    const UserAttributes = [{ Name: "custom:role", Value: "admin" }];
    const attempt = user.send(
      new SignUpCommand({ ...ids, SecretHash: hashFor("eve"), Username: "eve", Password: PASSWORD, UserAttributes }),
    );
    await expect(attempt).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "A client attempted to write unauthorized attribute",
    });
  });
});

describe("signing in", () => {
  it("asks a client with a secret for its hash", async () => {
    const AuthParameters = { USERNAME: "ada", PASSWORD };
    const bare = user.send(new InitiateAuthCommand({ ...ids, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }));
    await expect(bare).rejects.toMatchObject({
      message: `Client ${world.clientId} is configured with secret but SECRET_HASH was not received`,
    });
    const wrong = { ...AuthParameters, SECRET_HASH: hashFor("otto") };
    await expect(
      user.send(new InitiateAuthCommand({ ...ids, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: wrong })),
    ).rejects.toMatchObject({
      message: `Unable to verify secret hash for client ${world.clientId}`,
    });
  });

  it("offers only the flows the client allows", async () => {
    const attempt = user.send(new InitiateAuthCommand({ ...ids, AuthFlow: "CUSTOM_AUTH", AuthParameters: { USERNAME: "ada" } }));
    await expect(attempt).rejects.toMatchObject({ name: "InvalidParameterException" });
    const asUser = new InitiateAuthCommand({ ...ids, AuthFlow: "ADMIN_USER_PASSWORD_AUTH", AuthParameters: { USERNAME: "ada", PASSWORD } });
    await expect(user.send(asUser)).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  it("locks a user after five wrong passwords, and lets them in again when the lock ends", async () => {
    await createUser("lola");
    for (let attempt = 0; attempt < 5; attempt++) {
      await expect(signIn("lola", "Wrong-Password-1!")).rejects.toMatchObject({ message: "Incorrect username or password." });
    }
    await expect(signIn("lola")).rejects.toMatchObject({ name: "NotAuthorizedException", message: "Password attempts exceeded" });
    world.clock.setOffsetMs(2000);
    expect((await signIn("lola")).AuthenticationResult).toBeDefined();
    world.clock.setOffsetMs(0);
  });

  it("makes an invited user choose a password first", async () => {
    const Username = "inga";
    const UserAttributes = [{ Name: "email", Value: "inga@example.com" }];
    const created = await admin.send(new AdminCreateUserCommand({ ...pool, Username, UserAttributes }));
    expect(created.User).toMatchObject({ Username, UserStatus: "FORCE_CHANGE_PASSWORD", Enabled: true });
    const challenge = await signIn(Username, await mailedCode(Username));
    expect(challenge.ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    const respond = (password: string) =>
      user.send(
        new RespondToAuthChallengeCommand({
          ...ids,
          ChallengeName: "NEW_PASSWORD_REQUIRED",
          Session: challenge.Session,
          ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: password, SECRET_HASH: hashFor(Username) },
        }),
      );
    await expect(respond("too weak")).rejects.toMatchObject({ name: "InvalidPasswordException" });
    expect((await respond(PASSWORD)).AuthenticationResult?.AccessToken).toBeDefined();
    await expect(respond(PASSWORD)).rejects.toMatchObject({ message: "Invalid session for the user." });
  });

  it("proves a password by SRP without sending it", async () => {
    await createUser("srpuser");
    const result = await srpSignIn(srp(), "srpuser", PASSWORD);
    expect(result.AuthenticationResult?.IdToken).toBeDefined();
    await expect(srpSignIn(srp(), "srpuser", "Wrong-Password-1!")).rejects.toMatchObject({ message: "Incorrect username or password." });
    await expect(srpSignIn(srp(), "nobody", PASSWORD)).rejects.toMatchObject({ message: "Incorrect username or password." });
  });

  it("refreshes, and says why it does not", async () => {
    await createUser("rolf");
    const { RefreshToken, AccessToken } = await tokensOf("rolf");
    const refresh = (token: string) =>
      user.send(
        new InitiateAuthCommand({
          ...ids,
          AuthFlow: "REFRESH_TOKEN_AUTH",
          AuthParameters: { REFRESH_TOKEN: token, SECRET_HASH: hashFor("rolf") },
        }),
      );
    const refreshed = await refresh(RefreshToken);
    expect(refreshed.AuthenticationResult?.IdToken).toBeDefined();
    expect(refreshed.AuthenticationResult?.RefreshToken).toBeUndefined();
    await expect(refresh("nonsense")).rejects.toMatchObject({ message: "Invalid Refresh Token" });
    await user.send(new RevokeTokenCommand({ ...ids, ClientSecret: world.clientSecret, Token: RefreshToken }));
    await expect(refresh(RefreshToken)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Refresh Token has been revoked",
    });
    await expect(user.send(new GetUserCommand({ AccessToken }))).rejects.toMatchObject({ message: "Access Token has been revoked" });
  });
});

describe("looking after oneself", () => {
  it("reads, and writes what the client may write; a new address waits for its code", async () => {
    await createUser("cleo");
    const { AccessToken } = await tokensOf("cleo");
    const escalate = new UpdateUserAttributesCommand({ AccessToken, UserAttributes: [{ Name: "custom:role", Value: "admin" }] });
    await expect(user.send(escalate)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "A client attempted to write unauthorized attribute",
    });
    const changes = [
      { Name: "name", Value: "Cleo" },
      { Name: "email", Value: "cleo@new.example" },
    ];
    await user.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: changes }));
    const read = async () =>
      Object.fromEntries(
        (await user.send(new GetUserCommand({ AccessToken }))).UserAttributes?.map((it) => [it.Name ?? "", it.Value]) ?? [],
      );
    expect(await read()).toMatchObject({ name: "Cleo", email: "cleo@example.com", email_verified: "true" });
    await user.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: "email", Code: await mailedCode("cleo") }));
    expect(await read()).toMatchObject({ email: "cleo@new.example", email_verified: "true" });
  });

  it("changes the password with the old one", async () => {
    await createUser("paula");
    const { AccessToken } = await tokensOf("paula");
    const wrong = new ChangePasswordCommand({ AccessToken, PreviousPassword: "Wrong-Password-1!", ProposedPassword: "Next-Password-22?" });
    await expect(user.send(wrong)).rejects.toMatchObject({ name: "NotAuthorizedException" });
    await user.send(new ChangePasswordCommand({ AccessToken, PreviousPassword: PASSWORD, ProposedPassword: "Next-Password-22?" }));
    expect((await signIn("paula", "Next-Password-22?")).AuthenticationResult).toBeDefined();
  });

  it("recovers a password by code, once, and tells strangers nothing", async () => {
    await createUser("fred");
    const request = (Username: string) => user.send(new ForgotPasswordCommand({ ...ids, Username, SecretHash: hashFor(Username) }));
    expect(Object.keys((await request("fred")).CodeDeliveryDetails ?? {})).toEqual(
      Object.keys((await request("nobody")).CodeDeliveryDetails ?? {}),
    );
    const code = await mailedCode("fred");
    const confirm = (ConfirmationCode: string, Username = "fred") =>
      user.send(
        new ConfirmForgotPasswordCommand({
          ...ids,
          Username,
          SecretHash: hashFor(Username),
          ConfirmationCode,
          Password: "Next-Password-22?",
        }),
      );
    await expect(confirm("abcdef")).rejects.toMatchObject({ name: "CodeMismatchException" });
    await confirm(code);
    await expect(confirm(code)).rejects.toMatchObject({ name: "ExpiredCodeException" });
    await expect(confirm(code, "nobody")).rejects.toMatchObject({ name: "ExpiredCodeException" });
    expect((await signIn("fred", "Next-Password-22?")).AuthenticationResult).toBeDefined();
  });

  it("enrols an authenticator app and asks for it from then on", async () => {
    await createUser("tom");
    const { AccessToken } = await tokensOf("tom");
    const { SecretCode = "" } = await user.send(new AssociateSoftwareTokenCommand({ AccessToken }));
    const totp = new TOTP({ secret: Secret.fromBase32(SecretCode) });
    await expect(user.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: "000000" }))).rejects.toMatchObject({
      name: "EnableSoftwareTokenMFAException",
    });
    await user.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: totp.generate() }));
    await user.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } }));
    const challenge = await signIn("tom");
    expect(challenge.ChallengeName).toBe("SOFTWARE_TOKEN_MFA");
    const respond = (code: string) =>
      user.send(
        new RespondToAuthChallengeCommand({
          ...ids,
          ChallengeName: "SOFTWARE_TOKEN_MFA",
          Session: challenge.Session,
          ChallengeResponses: { USERNAME: "tom", SOFTWARE_TOKEN_MFA_CODE: code, SECRET_HASH: hashFor("tom") },
        }),
      );
    await expect(respond(totp.generate())).rejects.toMatchObject({ name: "ExpiredCodeException" });
    expect((await respond(totp.generate({ timestamp: Date.now() + 30_000 }))).AuthenticationResult).toBeDefined();
  });

  it("signs out everywhere, and deletes oneself", async () => {
    await createUser("dora");
    const tokens = await tokensOf("dora");
    const [provider] = world.service.loginProviders();
    const login = await provider?.verifyIdToken(tokens.IdToken);
    if (provider === undefined || login === undefined) throw new Error("no login");
    expect(provider.isSignedIn(login)).toBe(true);
    await user.send(new GlobalSignOutCommand({ AccessToken: tokens.AccessToken }));
    expect(provider.isSignedIn(login)).toBe(false);
    await expect(user.send(new GetUserCommand({ AccessToken: tokens.AccessToken }))).rejects.toMatchObject({
      message: "Access Token has been revoked",
    });
    const { AccessToken } = await tokensOf("dora");
    await user.send(new DeleteUserCommand({ AccessToken }));
    await expect(user.send(new GetUserCommand({ AccessToken }))).rejects.toMatchObject({
      name: "UserNotFoundException",
      message: "User does not exist.",
    });
  });
});

describe("administering", () => {
  it("needs a signature", async () => {
    const forged = new CognitoIdentityProviderClient({
      region: "eu-west-1",
      endpoint: world.issuerOrigin,
      credentials: { ...world.iam.rootKeys, secretAccessKey: "wrong" },
    });
    await expect(forged.send(new AdminGetUserCommand({ ...pool, Username: "ada" }))).rejects.toMatchObject({
      name: "InvalidSignatureException",
    });
    await expect(user.send(new ListUsersCommand(pool))).rejects.toMatchObject({ name: "InvalidSignatureException" });
  });

  it("manages users", async () => {
    await createUser("mona");
    const Username = "mona";
    const { RefreshToken } = await tokensOf(Username);
    await admin.send(new AdminUpdateUserAttributesCommand({ ...pool, Username, UserAttributes: [{ Name: "custom:role", Value: "x" }] }));
    expect((await admin.send(new AdminGetUserCommand({ ...pool, Username }))).UserAttributes).toContainEqual({
      Name: "custom:role",
      Value: "x",
    });
    await admin.send(new AdminDisableUserCommand({ ...pool, Username }));
    await expect(signIn(Username)).rejects.toMatchObject({ name: "NotAuthorizedException", message: "User is disabled." });
    await admin.send(new AdminEnableUserCommand({ ...pool, Username }));
    const AuthParameters = { REFRESH_TOKEN: RefreshToken, SECRET_HASH: hashFor(Username) };
    const refresh = new InitiateAuthCommand({ ...ids, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters });
    await expect(user.send(refresh)).rejects.toMatchObject({ message: "Refresh Token has been revoked" });
    await admin.send(new AdminUserGlobalSignOutCommand({ ...pool, Username }));
    const byAdmin = new AdminInitiateAuthCommand({
      ...pool,
      ...ids,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: Username, PASSWORD, SECRET_HASH: hashFor(Username) },
    });
    expect((await admin.send(byAdmin)).AuthenticationResult).toBeDefined();
    const found = await admin.send(new ListUsersCommand({ ...pool, Filter: 'email ^= "mona@"' }));
    expect(found.Users?.map((it) => it.Username)).toEqual(["mona"]);
    const first = await admin.send(new ListUsersCommand({ ...pool, Limit: 1 }));
    const second = await admin.send(new ListUsersCommand({ ...pool, Limit: 1, PaginationToken: first.PaginationToken }));
    expect(second.Users?.[0]?.Username).not.toBe(first.Users?.[0]?.Username);
    await expect(admin.send(new AdminGetUserCommand({ ...pool, Username: "nobody" }))).rejects.toMatchObject({
      name: "UserNotFoundException",
      message: "User does not exist.",
    });
  });

  it("manages groups, which show in the next tokens", async () => {
    await createUser("gina");
    const Username = "gina";
    await admin.send(new CreateGroupCommand({ ...pool, GroupName: "site-x", Precedence: 5 }));
    await expect(admin.send(new CreateGroupCommand({ ...pool, GroupName: "site-x" }))).rejects.toMatchObject({
      name: "GroupExistsException",
    });
    await admin.send(new AdminAddUserToGroupCommand({ ...pool, Username, GroupName: "site-x" }));
    const { IdToken } = await tokensOf(Username);
    expect(JSON.parse(Buffer.from(IdToken.split(".")[1] ?? "", "base64url").toString())).toMatchObject({ "cognito:groups": ["site-x"] });
    expect((await admin.send(new AdminListGroupsForUserCommand({ ...pool, Username }))).Groups?.map((it) => it.GroupName)).toEqual([
      "site-x",
    ]);
    expect((await admin.send(new ListUsersInGroupCommand({ ...pool, GroupName: "site-x" }))).Users).toHaveLength(1);
    await admin.send(new AdminRemoveUserFromGroupCommand({ ...pool, Username, GroupName: "site-x" }));
    expect((await admin.send(new ListUsersInGroupCommand({ ...pool, GroupName: "site-x" }))).Users).toHaveLength(0);
    expect((await admin.send(new ListGroupsCommand(pool))).Groups?.length).toBe(3);
    await expect(admin.send(new AdminAddUserToGroupCommand({ ...pool, Username, GroupName: "none" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("describes the pool and its clients", async () => {
    expect((await admin.send(new DescribeUserPoolCommand(pool))).UserPool).toMatchObject({
      Id: world.poolId,
      MfaConfiguration: "OPTIONAL",
    });
    expect((await admin.send(new DescribeUserPoolClientCommand({ ...pool, ...ids }))).UserPoolClient).toMatchObject({
      ClientSecret: world.clientSecret,
    });
    expect((await admin.send(new ListUserPoolClientsCommand({ ...pool, MaxResults: 10 }))).UserPoolClients).toHaveLength(1);
    await expect(admin.send(new DescribeUserPoolCommand({ UserPoolId: "eu-west-1_Missing00" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "User pool eu-west-1_Missing00 does not exist.",
    });
  });
});
