import { z } from "zod";
import { AwsError } from "../../platform/aws-error.ts";
import { confirmForgotPassword, forgotPassword } from "../users/recover-password.ts";
import { imaginaryDelivery } from "../users/deliver-code.ts";
import { confirmSignUp, resendConfirmation, signUp } from "../users/sign-up.ts";
import { assertSecretHash, input, openOperation, requireClient, type Operations } from "./operation.ts";
import { attributeList, fromAttributeList } from "./shapes.ts";

const named = { ClientId: z.string().min(1), Username: z.string().min(1).max(128), SecretHash: z.string().optional() };
const MISMATCH = "Invalid verification code provided, please try again.";

/** Registration and password recovery, by client id. */
export const SIGN_UP_OPERATIONS: Operations = {
  SignUp: openOperation(
    input({ ...named, Password: z.string(), UserAttributes: attributeList.optional() }),
    async (pools, { ClientId, Username: username, SecretHash, Password: password, UserAttributes }) => {
      const { client, pool } = requireClient(pools, ClientId);
      assertSecretHash(client, username, SecretHash);
      const attributes = fromAttributeList(UserAttributes);
      const { user, delivery } = await signUp(pools, { pool, client, username, password, attributes });
      return { UserConfirmed: false, UserSub: user.sub, ...(delivery === undefined ? {} : { CodeDeliveryDetails: delivery }) };
    },
  ),
  ConfirmSignUp: openOperation(
    input({ ...named, ConfirmationCode: z.string().min(1) }),
    (pools, { ClientId, Username: username, SecretHash, ConfirmationCode: code }) => {
      const { client, pool } = requireClient(pools, ClientId);
      assertSecretHash(client, username, SecretHash);
      const user = pools.directory.users.find(pool.poolId, username);
      if (user === undefined) throw hidden(client.isUserExistenceHidden, new AwsError("CodeMismatchException", MISMATCH));
      confirmSignUp(pools, user, code);
      return {};
    },
  ),
  ResendConfirmationCode: openOperation(input(named), (pools, { ClientId, Username: username, SecretHash }) => {
    const { client, pool } = requireClient(pools, ClientId);
    assertSecretHash(client, username, SecretHash);
    const user = pools.directory.users.find(pool.poolId, username);
    if (user === undefined && !client.isUserExistenceHidden) throw new AwsError("UserNotFoundException", "User does not exist.");
    return { CodeDeliveryDetails: user === undefined ? imaginaryDelivery(pool, username) : resendConfirmation(pools, user) };
  }),
  ForgotPassword: openOperation(input(named), (pools, { ClientId, Username: loginName, SecretHash }) => {
    const { client, pool } = requireClient(pools, ClientId);
    assertSecretHash(client, loginName, SecretHash);
    return { CodeDeliveryDetails: forgotPassword(pools, { pool, client, loginName }) };
  }),
  ConfirmForgotPassword: openOperation(
    input({ ...named, ConfirmationCode: z.string().min(1), Password: z.string() }),
    async (pools, { ClientId, Username: loginName, SecretHash, ConfirmationCode: code, Password: password }) => {
      const { client, pool } = requireClient(pools, ClientId);
      assertSecretHash(client, loginName, SecretHash);
      await confirmForgotPassword(pools, { pool, client, loginName }, { code, password });
      return {};
    },
  ),
};

function hidden(isHidden: boolean, whenHidden: AwsError): AwsError {
  return isHidden ? whenHidden : new AwsError("UserNotFoundException", "User does not exist.");
}
