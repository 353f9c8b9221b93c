import type * as z from "zod";
import type { DescribedKey } from "../api/describedKey.ts";
import type { ListedWhen, Listing } from "../api/keyLists.ts";
import type { LastUse, Verification } from "../api/verification.ts";
import type { Collection } from "../api/yandexCollection.ts";
import type { Session } from "../session.ts";

/** The properties of a resource as the engine hands them over: plain JSON, without undefined. */
export type Properties = Record<string, unknown>;

/** A key that was just made. */
export interface Made {
  /** The id under which the API finds it; never a secret. */
  readonly id: string;
  readonly outputs: Properties;
  /**
   * The request was retried, and may have reached the server before. A server that ignores the Idempotency-Key has made
   * a key for each attempt.
   */
  readonly mayBeTwice?: boolean;
}

/** One key: its id and its properties in one, so that those of another key cannot be taken for its own. */
export interface OneKey extends Properties {
  readonly id: string;
}

/** An output that follows from others: a program sees it, and a state need not hold it. */
export interface DerivedOutput {
  readonly isSecret?: boolean;
  of(key: OneKey): unknown;
}

/** When a key must be replaced although none of its inputs has changed. */
export interface Renewal {
  /** From when on, in milliseconds since the epoch. */
  readonly from: number;
  /** The property that the preview names. */
  readonly property: string;
  readonly reason: string;
}

/** The least permissions that the caller needs on the account of the keys. */
export interface Access {
  /** The role that allows it; undefined on AWS, and if it is not known. */
  readonly role?: string | undefined;
  /** The API's service, and those of its methods that are used: "Key", "create"; on AWS "iam", "CreateAccessKey". */
  readonly service: string;
  readonly methods: readonly string[];
  /** Methods that are used, too, and that whoever holds the key may call. */
  readonly needNone?: readonly string[];
  /** The only case in which it is needed. Absent: it is needed for every account. */
  readonly onlyFor?: string;
}

/** What a kind needs whose keys are made, found, changed and deleted in a collection. */
export function collectionAccess(
  { role, service }: Collection,
  methods: readonly string[] = ["create", "get", "list", "update", "delete"],
): Access {
  return { role, service, methods };
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
  /** The input that says whose key it is: a key of somebody else is another one. */
  readonly account: string;
  /** What an absent input means. */
  readonly defaults: Properties;
  /** The inputs that the API chooses if they are absent. If they are absent again later, they leave a key as it is. */
  readonly chosenByApi: readonly string[];
  /** The inputs that, if absent, leave a key as somebody else has changed it. A new key is at its default. */
  readonly leftAlone?: readonly string[];
  /** The inputs whose change replaces the key; every other one is updated in place. */
  readonly replaceOn: readonly string[];
  /** The outputs that a key has of its own: what the API says of it, by the names that programs know. */
  readonly outputs: readonly string[];
  /** The outputs that must be marked as secrets. */
  readonly secretOutputs: readonly string[];
  /** The outputs that follow from the id and the others, by their names. */
  readonly derived?: Readonly<Record<string, DerivedOutput>>;
  /** The outputs of the current key that a rotating resource also has at its top level. */
  readonly shortcuts?: readonly string[];
  /** The output with the public half of the key, which goes with its secrets; absent: the id is that half. */
  readonly idOutput?: string;
  /** The outputs without which a key is of no use and is replaced. Default: those that are secret. */
  needed?(outputs: Properties): readonly string[];
  /** Whether a key that exists can be found by its id, and so be taken over. */
  readonly isAdoptable?: boolean;
  /** Whether the API cannot change a description once the key is made. */
  readonly isDescriptionFixed?: boolean;
  /** Whether two keys may exist at once, so that there is a `Rotating…` resource beside the plain one. */
  readonly isRotatable?: boolean;
  /** Whether the rotator for Pulumi ESC makes keys of this kind. */
  readonly isForEsc?: boolean;
  readonly access: Access;
  /** Why a text cannot be the secret of a key of this kind, judged by only the text. Sends nothing. */
  secretProblem?(secret: string): string | undefined;
  /**
   * Why inputs that are valid one by one do not go together, or do not fit the current time.
   *
   * @param olds the inputs of the last run; empty for a new resource
   */
  problems?(inputs: Inputs, olds: Properties, now: number): string[];
  /** Whether two values of an input mean the same although they look different. */
  isSame?(name: string, outputs: Properties, inputs: Properties): boolean;
  /** How long a key made from these inputs is valid, in milliseconds; undefined if it does not expire. */
  lifetime?(inputs: Inputs): number | undefined;
  /**
   * Whether the key belongs to the account of that name. Absent: an account keeps its name. On AWS, a user can be renamed,
   * and keeps the keys.
   */
  belongsTo?(session: Session, id: string, account: string): Promise<boolean>;
  /** Throws if the caller's settings for this kind's API are wrong. Sends nothing. */
  checkSettings(session: Session): void;
  /** Throws if one more key cannot be made, naming the keys that are in the way. */
  requireRoom?(
    session: Session,
    account: Properties,
    isOwn: (id: string) => boolean,
    whose: (id: string) => string,
  ): Promise<void>;
  /**
   * The other keys of the account, if keys of this kind carry no mark. Only a person can say which of them an
   * interrupted run left behind.
   */
  otherKeys?(
    session: Session,
    account: Properties,
    isKnown: (id: string) => boolean,
  ): Promise<readonly DescribedKey[]>;
  /** Throws if the place to which a key would be delivered cannot take it. Sends nothing. */
  prepare?(session: Session, inputs: Inputs): Promise<void>;
  create(session: Session, inputs: Inputs): Promise<Made>;
  /**
   * All keys of the account, if keys of this kind carry a `description`. The lifecycle writes into it whose key it is,
   * and so finds what an interrupted run left behind.
   */
  list?(session: Session, account: Properties, when: ListedWhen): Promise<Listing>;
  /** How often in a row a new key must work if the program does not say. The consistency of the cloud decides that. */
  readonly successes?: number;
  /** Uses the key once, as its consumer would. */
  verify?(session: Session, id: string, outputs: Outputs, inputs: Inputs): Promise<Verification>;
  /** Delivers the secrets of a key that works to the place that the inputs name. Returns the outputs without them. */
  deliver?(session: Session, made: Made, inputs: Inputs): Promise<Properties>;
  /** Whether a key with these inputs keeps its secrets out of the state, so that somebody reads them elsewhere. */
  isDelivered?(inputs: Inputs): boolean;
  /** What the API says of the key now, or undefined if it is gone. */
  read(session: Session, id: string, outputs: Outputs): Promise<Properties | undefined>;
  /** Brings the key in line with the inputs and returns the outputs that changed. */
  update(session: Session, id: string, outputs: Outputs, inputs: Inputs): Promise<Properties>;
  /** When the key was last used; undefined if it never was. */
  lastUse?(session: Session, id: string, outputs: Outputs): Promise<LastUse | undefined>;
  /** Makes the API refuse the key, or accept it again, without deleting it. Returns the outputs that changed. */
  setActive?(session: Session, id: string, outputs: Outputs, active: boolean): Promise<Properties>;
  /**
   * Whether the run itself authenticates with this key and could do nothing more without it. If the run has made and
   * tried another key of the same account, it continues with that one.
   */
  callerNeeds?(session: Session, id: string, outputs: Outputs): Promise<boolean>;
  /** Whether what was delivered of the key can still be read; undefined if nothing was, or it cannot be found out. */
  isStillDelivered?(session: Session, key: OneKey): Promise<boolean | undefined>;
  /** The key with only what it takes to withdraw what was delivered of it; undefined if nothing was. Has no secret. */
  deliveryOf?(key: OneKey): OneKey | undefined;
  /** Takes away what was delivered of the key, once it is deleted. */
  withdraw?(session: Session, key: OneKey): Promise<void>;
  /** Deletes the key; one that is gone counts as deleted. */
  delete(session: Session, id: string, outputs: Outputs): Promise<void>;
  /** When the key must be replaced, whatever its age, and why. */
  renewal?(outputs: Outputs, inputs: Inputs): Renewal;
}
