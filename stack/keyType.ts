/** A dynamic resource of this package, or one of its plugin. */
const TYPE = /^(?:pulumi-nodejs:dynamic\/iam-keys\/|iam-keys:)(?=\w+:\w+$)/;

/** "yandex:RotatingStaticAccessKey", of a type as the engine has it; undefined where it is none of this package. */
export function keyType(type: string): string | undefined {
  return TYPE.test(type) ? type.replace(TYPE, "") : undefined;
}
