// Asks the rotator of this container whether it answers, with the settings that it runs with.
import { get as getHttp } from "node:http";
import { get as getHttps } from "node:https";

const plain = process.env.IAM_KEYS_ESC_PLAIN_HTTP === "true";
const options = {
  host: "localhost",
  port: process.env.IAM_KEYS_ESC_PORT || (plain ? 8080 : 8443),
  path: "/livez",
  timeout: 4000,
  // The certificate is for the name that the world knows.
  rejectUnauthorized: false,
};
const request = (plain ? getHttp : getHttps)(options, ({ statusCode }) =>
  process.exit(statusCode === 200 ? 0 : 1),
);
request.on("timeout", () => process.exit(1));
request.on("error", () => process.exit(1));
