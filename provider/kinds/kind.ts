import type { z } from "zod";
import type { Session } from "../session.ts";

/** The properties of a resource as the engine hands them over: plain JSON, without undefined. */
export type Properties = Record<string, unknown>;

/** A key that was just made. */
export interface Made {
  /** The id under which the API finds it; never a secret. */
  readonly id: string;
  readonly outputs: Properties;
}

/** Why a key must be replaced although none of its inputs has changed. */
export interface Due {
  /** The property that the preview names. */
  readonly property: string;
  readonly reason: string;
}

/**
 * One kind of credential: what it takes, what it gives, and how the API makes, shows, changes and deletes
 * one. The lifecycle does everything that is the same for all kinds.
 */
export interface Kind<Inputs extends Properties = Properties, Outputs extends Properties = Properties> {
  /** The name after the package in the resource's type token: "yandex:StaticAccessKey". */
  readonly type: string;
  /** The inputs, each with its limits. An unknown argument is refused. */
  readonly inputs: z.ZodObject;
  /** What an absent input means. Inputs without a default that are absent leave a key as it is. */
  readonly defaults: Properties;
  /** The inputs whose change replaces the key; every other one is updated in place. */
  readonly replaceOn: readonly string[];
  /** The outputs that must be marked as secrets. A key without one of them is of no use and is replaced. */
  readonly secretOutputs: readonly string[];
  /** Throws where the caller's settings for this kind's API are wrong. Sends nothing. */
  checkSettings(session: Session): void;
  create(session: Session, inputs: Inputs): Promise<Made>;
  /** What the API says of the key now, or undefined where it is gone. */
  read(session: Session, id: string, outputs: Outputs): Promise<Properties | undefined>;
  /** Brings the key in line with the inputs and returns the outputs that changed. */
  update(session: Session, id: string, outputs: Outputs, inputs: Inputs): Promise<Properties>;
  /** Deletes the key; one that is gone counts as deleted. */
  delete(session: Session, id: string, outputs: Outputs): Promise<void>;
  /** Whether the key must be replaced by now. */
  due?(outputs: Outputs, inputs: Inputs, now: number): Due | undefined;
}
