/** Every resource of the package, made as `program.json` says, with every secret an output of the stack. */
export const everyResource = `
const fs = require("fs");
const pulumi = require("@pulumi/pulumi");
const { aws, yandex } = require("pulumi-iam-keys");

const { serviceAccountId, userNames, generation, description, status } = JSON.parse(
  fs.readFileSync("program.json", "utf8"),
);
const keepers = { generation };
const account = { serviceAccountId, keepers };
const rotate = { every: "30d" };

const deployer = new yandex.ServiceAccountKey("deployer", { ...account, description });
const uploads = new yandex.StaticAccessKey("uploads", { ...account, description });
const session = new yandex.IamToken("session", account);
const mailer = new aws.AccessKey("mailer", { userName: userNames[0], status, keepers });
const rotating = {
  deployer: new yandex.RotatingServiceAccountKey("rotating-deployer", { ...account, description, rotate }),
  uploads: new yandex.RotatingStaticAccessKey("rotating-uploads", { ...account, description, rotate }),
  mailer: new aws.RotatingAccessKey("rotating-mailer", { userName: userNames[1], keepers, rotate }),
};

pulumi.log.debug("the program is at its end");
exports.keyFiles = [deployer.keyFile, rotating.deployer.keyFile];
exports.secrets = [uploads, mailer, rotating.uploads, rotating.mailer].map((key) => key.secretAccessKey);
exports.token = session.iamToken;
exports.previous = pulumi.all(Object.values(rotating).map((key) => key.previous));
exports.credentials = pulumi.interpolate\`aws_secret_access_key = \${rotating.uploads.secretAccessKey}\`;
exports.ids = { uploads: uploads.id, rotating: pulumi.unsecret(rotating.uploads.current.id) };
`;
