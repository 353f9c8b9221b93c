export * as aws from "./aws.ts";
export * as yandex from "./yandex.ts";
