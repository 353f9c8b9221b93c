import type { Kind } from "../../provider/kinds/kind.ts";
import type { Mark } from "../../provider/lifecycle/mark.ts";
import type { StoredResource } from "../../stack/storedResource.ts";
import type { Use } from "../apiView.ts";

/** A key that may be of a resource of the stack, and that its state does not hold. */
export interface Stray {
  readonly id: string;
  readonly resource: StoredResource;
  readonly kind: Kind;
  /** Undefined: the caller's own. */
  readonly account: string | undefined;
  /**
   * What ties it to the resource: it carries the name; it is of the user, where keys carry none; or the resource's outputs
   * remember that it once was seen to.
   */
  readonly tie: "name" | "user" | "memory";
  /** Undefined on a key that carries none. */
  readonly mark: Mark | undefined;
  readonly status: string | undefined;
  /** RFC 3339. */
  readonly createdAt: string | undefined;
  readonly use: Use;
}
