import { z } from "zod";
import { AwsError } from "../../platform/aws-error.ts";
import { checkPassword } from "../sign-in/first-factor.ts";
import { assertPasswordConforms } from "../passwords/password-policy.ts";
import { endAllSignIns } from "../users/end-sign-ins.ts";
import { setPassword } from "../users/set-password.ts";
import { requestAddressCode, updateOwnAttributes, verifyAddress } from "../users/update-address.ts";
import { assertClientMayWrite, writeAttributes } from "../users/write-attributes.ts";
import { input, openOperation, requireClient, selfOperation, type Operations } from "./operation.ts";
import { attributeList, fromAttributeList, mfaFacts, toAttributeList } from "./shapes.ts";

/** What people do to their own user, by access token. */
export const SELF_OPERATIONS: Operations = {
  GetUser: selfOperation({}, (_pools, { user, client }) => ({
    Username: user.username,
    UserAttributes: toAttributeList(user, (name) => client.readAttributes?.includes(name) ?? true),
    ...mfaFacts(user),
  })),
  UpdateUserAttributes: selfOperation({ UserAttributes: attributeList }, (pools, { user, pool, client }, { UserAttributes }) => {
    const attributes = fromAttributeList(UserAttributes);
    assertClientMayWrite(client, Object.keys(attributes));
    return { CodeDeliveryDetailsList: updateOwnAttributes(pools, pool, user, attributes) };
  }),
  DeleteUserAttributes: selfOperation(
    { UserAttributeNames: z.array(z.string()) },
    (pools, { user, client }, { UserAttributeNames: names }) => {
      assertClientMayWrite(client, names);
      writeAttributes(pools, user, Object.fromEntries(names.map((name) => [name, ""])), { isClient: true });
      return {};
    },
  ),
  GetUserAttributeVerificationCode: selfOperation({ AttributeName: z.string() }, (pools, { user }, { AttributeName }) => ({
    CodeDeliveryDetails: requestAddressCode(pools, user, AttributeName),
  })),
  VerifyUserAttribute: selfOperation(
    { AttributeName: z.string(), Code: z.string().min(1) },
    (pools, { user, pool }, { AttributeName, Code }) => {
      verifyAddress(pools, pool, user, { attribute: AttributeName, code: Code });
      return {};
    },
  ),
  ChangePassword: selfOperation(
    { PreviousPassword: z.string().optional(), ProposedPassword: z.string() },
    async (pools, { user, pool }, { PreviousPassword: previous = "", ProposedPassword: proposed }) => {
      assertPasswordConforms(proposed, pool.passwordPolicy);
      const client = { isUserExistenceHidden: true };
      await checkPassword(pools, { pool, client, loginName: user.username, password: previous });
      await setPassword(pools, user, proposed, { status: user.status });
      return {};
    },
  ),
  GlobalSignOut: selfOperation({}, (pools, { user }) => {
    endAllSignIns(pools, user);
    return {};
  }),
  DeleteUser: selfOperation({}, (pools, { user }) => {
    pools.directory.users.delete(user);
    return {};
  }),
  RevokeToken: openOperation(
    input({ Token: z.string().min(1), ClientId: z.string().min(1), ClientSecret: z.string().optional() }),
    (pools, { Token: token, ClientId, ClientSecret: secret }) => {
      const { client } = requireClient(pools, ClientId);
      if (client.secret !== secret) throw new AwsError("UnauthorizedException", "Invalid client secret");
      if (!client.isRevocationOn) throw new AwsError("UnsupportedOperationException", "Token revocation is not enabled for this client");
      if (/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new AwsError("UnsupportedTokenTypeException", "Unsupported token type");
      const session = pools.sessions.findByRefreshToken(token, client.clientId);
      if (session !== undefined) pools.sessions.revoke(session.originJti);
      return {};
    },
  ),
};
