import { randomUUID } from "node:crypto";
import { type ReceivedRequest, type Reply, type Service, xmlReply } from "../exchange.ts";
import type { State } from "../state.ts";
import { element, textElement } from "../xml.ts";
import {
  createAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  listAccessKeys,
  updateAccessKey,
} from "./accessKeys.ts";
import { authenticate } from "./authenticate.ts";
import { authorize } from "./authorize.ts";
import { AwsError, awsErrorReply } from "./awsError.ts";
import type { AwsCall } from "./call.ts";
import { getCallerIdentity } from "./callerIdentity.ts";
import { generateCredentialReport, getCredentialReport } from "./credentialReport.ts";
import { createUser, deleteUser, getUser, listUsers, updateUser } from "./users.ts";

interface Api {
  readonly service: string;
  readonly version: string;
  readonly namespace: string;
}

const iam: Api = {
  service: "iam",
  version: "2010-05-08",
  namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
};
const sts: Api = {
  service: "sts",
  version: "2011-06-15",
  namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
};

/** Each action: whose it is, and what gives the content of its result. */
const actions = new Map<string, { readonly api: Api; readonly handle: (call: AwsCall) => string }>([
  ["CreateUser", { api: iam, handle: createUser }],
  ["GetUser", { api: iam, handle: getUser }],
  ["UpdateUser", { api: iam, handle: updateUser }],
  ["DeleteUser", { api: iam, handle: deleteUser }],
  ["ListUsers", { api: iam, handle: listUsers }],
  ["CreateAccessKey", { api: iam, handle: createAccessKey }],
  ["ListAccessKeys", { api: iam, handle: listAccessKeys }],
  ["UpdateAccessKey", { api: iam, handle: updateAccessKey }],
  ["DeleteAccessKey", { api: iam, handle: deleteAccessKey }],
  ["GetAccessKeyLastUsed", { api: iam, handle: getAccessKeyLastUsed }],
  ["GenerateCredentialReport", { api: iam, handle: generateCredentialReport }],
  ["GetCredentialReport", { api: iam, handle: getCredentialReport }],
  ["GetCallerIdentity", { api: sts, handle: getCallerIdentity }],
]);

const usualCodes: Readonly<Record<number, string>> = {
  400: "ValidationError",
  403: "AccessDenied",
  404: "NoSuchEntity",
  409: "LimitExceeded",
  429: "Throttling",
  503: "ServiceUnavailable",
};

/** AWS IAM and AWS STS: the query protocol, form in and XML out. */
export function createAwsService(state: State): Service {
  async function answer(request: ReceivedRequest, requestId: string): Promise<Reply> {
    const parameters = parametersOf(request);
    const name = parameters.get("Action") ?? "";
    const action = actions.get(name);
    const version = parameters.get("Version");
    if (!action || version !== action.api.version) {
      throw new AwsError(400, "InvalidAction", `Could not find operation ${name} for version ${version}`);
    }
    const signer = await authenticate(state, request, action.api.service);
    const call: AwsCall = { state, parameters, signer };
    if (action.api === iam) authorize(call, name);
    const content = action.handle(call);
    const body = element(
      `${name}Response xmlns="${action.api.namespace}"`,
      content === "" ? "" : element(`${name}Result`, content),
      element("ResponseMetadata", textElement("RequestId", requestId)),
    );
    return xmlReply(200, body, { "x-amzn-requestid": requestId });
  }

  function refusal(request: ReceivedRequest, error: AwsError, requestId: string): Reply {
    const { namespace } = actions.get(parametersOf(request).get("Action") ?? "")?.api ?? iam;
    const reply = awsErrorReply(error, namespace, requestId);
    return { ...reply, headers: { ...reply.headers, "x-amzn-requestid": requestId } };
  }

  return {
    operationOf(request) {
      const name = parametersOf(request).get("Action") ?? "";
      return actions.has(name) ? `aws:${name}` : "unknown";
    },

    async handle(request) {
      const requestId = randomUUID();
      try {
        return await answer(request, requestId);
      } catch (error) {
        if (error instanceof AwsError) return refusal(request, error, requestId);
        throw error;
      }
    },

    errorReply(request, { status, code = usualCodes[status] ?? "ServiceFailure", message }) {
      return refusal(request, new AwsError(status, String(code), message), randomUUID());
    },
  };
}

const parametersOf = ({ body }: ReceivedRequest): URLSearchParams => new URLSearchParams(body.toString());
