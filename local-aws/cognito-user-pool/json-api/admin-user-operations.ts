import { z } from "zod";
import { AwsError } from "../../platform/aws-error.ts";
import type { PoolRecord, UserRecord } from "../directory/records.ts";
import { assertPasswordConforms, generatePassword } from "../passwords/password-policy.ts";
import type { UserPools } from "../user-pools.ts";
import { endAllSignIns, setEnabled } from "../users/end-sign-ins.ts";
import { makeCredentials } from "../users/make-credentials.ts";
import { newUser } from "../users/new-user.ts";
import { setPassword } from "../users/set-password.ts";
import { assertNameFree, withSignInName } from "../users/sign-up.ts";
import { assertAliasesFree, assertAttributesFit, writeAttributes } from "../users/write-attributes.ts";
import { adminOperation, requireUser, type Operations } from "./operation.ts";
import { listUsers } from "./list-users.ts";
import { attributeList, fromAttributeList, mfaFacts, toAttributeList, toUserType, userFacts } from "./shapes.ts";
import { setPreference } from "./totp-operations.ts";

const named = { Username: z.string().min(1).max(128) };

type Change<Input> = (pools: UserPools, user: UserRecord, input: Input, pool: PoolRecord) => Promise<void> | void;

/** An operation on one user that answers `{}`. */
function userOperation<Shape extends z.ZodRawShape>(shape: Shape, change: Change<z.infer<z.ZodObject<Shape>>>) {
  return adminOperation({ ...named, ...shape }, async (pools, pool, given) => {
    const { Username } = z.object(named).parse(given);
    await change(pools, requireUser(pools, pool, Username), z.object(shape).parse(given), pool);
    return {};
  });
}

/** What administrators do to users, by SigV4 and IAM. */
export const ADMIN_USER_OPERATIONS: Operations = {
  AdminCreateUser: adminOperation(
    {
      ...named,
      UserAttributes: attributeList.optional(),
      TemporaryPassword: z.string().optional(),
      MessageAction: z.enum(["SUPPRESS", "RESEND"]).optional(),
      DesiredDeliveryMediums: z.array(z.enum(["EMAIL", "SMS"])).optional(),
    },
    async (pools, pool, given) => {
      const username = given.Username;
      const password = given.TemporaryPassword ?? generatePassword(pool.passwordPolicy);
      if (given.MessageAction === "RESEND")
        return { User: toUserType(await reinvite(pools, requireUser(pools, pool, username), password)) };
      const user = await createUser(pools, pool, { username, password, attributes: fromAttributeList(given.UserAttributes) });
      if (given.MessageAction !== "SUPPRESS") invite(pools, user, password);
      return { User: toUserType(user) };
    },
  ),
  AdminGetUser: adminOperation(named, (pools, pool, { Username }) => {
    const user = requireUser(pools, pool, Username);
    return { ...userFacts(user), UserAttributes: toAttributeList(user), ...mfaFacts(user) };
  }),
  AdminSetUserPassword: userOperation(
    { Password: z.string(), Permanent: z.boolean().default(false) },
    async (pools, user, { Password: password, Permanent: isPermanent }) => {
      await setPassword(pools, user, password, { status: isPermanent ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD" });
    },
  ),
  AdminDeleteUser: userOperation({}, (pools, user) => pools.directory.users.delete(user)),
  AdminDisableUser: userOperation({}, (pools, user) => setEnabled(pools, user, false)),
  AdminEnableUser: userOperation({}, (pools, user) => setEnabled(pools, user, true)),
  AdminConfirmSignUp: userOperation({}, (pools, user) => {
    if (user.status !== "UNCONFIRMED") {
      throw new AwsError("NotAuthorizedException", `User cannot be confirmed. Current status is ${user.status}`);
    }
    update(pools, user, { status: "CONFIRMED" });
  }),
  AdminResetUserPassword: userOperation({}, (pools, user) => {
    if (user.status !== "CONFIRMED") throw new AwsError("NotAuthorizedException", "User password cannot be reset in the current state.");
    update(pools, user, { status: "RESET_REQUIRED" });
    const code = pools.codes.create(user, "forgot-password");
    pools.mailbox.send({
      poolId: user.poolId,
      to: user.attributes.email ?? user.username,
      subject: "Your password reset code",
      code,
      username: user.username,
    });
  }),
  AdminUpdateUserAttributes: userOperation({ UserAttributes: attributeList }, (pools, user, { UserAttributes }) => {
    writeAttributes(pools, user, fromAttributeList(UserAttributes), { isClient: false });
  }),
  AdminDeleteUserAttributes: userOperation({ UserAttributeNames: z.array(z.string()) }, (pools, user, { UserAttributeNames: names }) => {
    writeAttributes(pools, user, Object.fromEntries(names.map((name) => [name, ""])), { isClient: false });
  }),
  AdminUserGlobalSignOut: userOperation({}, (pools, user) => endAllSignIns(pools, user)),
  AdminSetUserMFAPreference: userOperation(
    { SoftwareTokenMfaSettings: z.object({ Enabled: z.boolean().default(false) }).optional() },
    (pools, user, { SoftwareTokenMfaSettings: settings }) => setPreference(pools, user, settings?.Enabled),
  ),
  ListUsers: adminOperation(
    {
      Filter: z.string().max(256).optional(),
      Limit: z.number().int().min(0).max(60).optional(),
      PaginationToken: z.string().min(1).optional(),
      AttributesToGet: z.array(z.string()).optional(),
    },
    (pools, pool, query) => listUsers(pools.directory.users.all(pool.poolId), query),
  ),
};

function update(pools: UserPools, user: UserRecord, change: Partial<UserRecord>): void {
  pools.directory.users.put({ ...user, ...change, modifiedAtMs: pools.context.clock.nowMs() });
}

interface Creation {
  readonly username: string;
  readonly password: string;
  readonly attributes: Readonly<Record<string, string>>;
}

async function createUser(pools: UserPools, pool: PoolRecord, { username, password, attributes: given }: Creation): Promise<UserRecord> {
  const attributes = withSignInName(pool, username, given);
  assertAttributesFit(pool, attributes, { isNew: true });
  assertPasswordConforms(password, pool.passwordPolicy);
  assertFree();
  const user = newUser(pools, pool, { username, attributes, status: "FORCE_CHANGE_PASSWORD" });
  const credentials = await makeCredentials(pools, user, password);
  assertFree();
  assertAliasesFree(pools, pool, user);
  const validMs = pool.passwordPolicy.temporaryPasswordValidityDays * 86_400_000;
  const created = { ...user, ...credentials, temporaryPasswordExpiresAtMs: pools.context.clock.nowMs() + validMs };
  pools.directory.users.put(created);
  return created;

  function assertFree() {
    try {
      assertNameFree(pools, pool, username);
    } catch (error) {
      const isTaken = error instanceof AwsError && error.code === "UsernameExistsException";
      throw isTaken ? new AwsError("UsernameExistsException", "User account already exists") : error;
    }
  }
}

async function reinvite(pools: UserPools, user: UserRecord, password: string): Promise<UserRecord> {
  if (user.status !== "FORCE_CHANGE_PASSWORD") {
    throw new AwsError("UnsupportedUserStateException", `Resend not possible. ${user.username} status is not FORCE_CHANGE_PASSWORD`);
  }
  const invited = await setPassword(pools, user, password, { status: "FORCE_CHANGE_PASSWORD" });
  invite(pools, invited, password);
  return invited;
}

function invite(pools: UserPools, user: UserRecord, password: string): void {
  const to = user.attributes.email;
  if (to !== undefined)
    pools.mailbox.send({ poolId: user.poolId, to, subject: "Your temporary password", code: password, username: user.username });
}
