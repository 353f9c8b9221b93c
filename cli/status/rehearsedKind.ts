import { listingOf } from "../../provider/api/keyLists.ts";
import { IamKeysError, isNotFound } from "../../provider/errors.ts";
import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import type { ApiView } from "../apiView.ts";

/** Something that a run does to a key. */
export interface Act {
  readonly what: "create" | "delete" | "deactivate" | "reactivate" | "spare";
  /** The key's id; of a new one, a placeholder. */
  readonly id: string;
}

/**
 * The kind for a rehearsal: it looks at the API as ever, but writes down what it would do, instead of doing it.
 * "spare": the run leaves a key alone because it authenticates with it.
 */
export function rehearsedKind(kind: Kind, api: ApiView, acts: Act[]): Kind {
  const {
    verify: _,
    deliver: __,
    prepare: ___,
    withdraw: ____,
    requireRoom,
    read,
    list,
    otherKeys,
    callerNeeds,
    lastUse,
    setActive,
    ...rest
  } = kind;
  return {
    ...rest,

    // Wrong settings are a matter of the machine that runs the stack.
    checkSettings() {},

    async create({ ports }, inputs) {
      const id = `new:${ports.uuid()}`;
      acts.push({ what: "create", id });
      const createdAt = new Date(ports.now()).toISOString();
      return { id, outputs: { [kind.account]: inputs[kind.account], createdAt } };
    },

    async read(session, id, outputs) {
      const seen = await api.attempt(async () => ({
        live: await readOrGone(() => read(session, id, outputs)),
      }));
      // That nobody could look at the key does not make it gone: it is taken to be as the state has it.
      return seen ? seen.live : { ...outputs };
    },

    async update() {
      return {};
    },

    async delete(_session, id) {
      acts.push({ what: "delete", id });
    },

    ...(requireRoom && {
      async requireRoom(...asked) {
        // The place of a key that this run deletes is free by then.
        if (acts.some(({ what }) => what === "delete")) return;
        const found = await api.attempt(() =>
          requireRoom(...asked).then(() => ({ problem: undefined }), noRoom),
        );
        if (found?.problem) throw found.problem;
      },
    }),

    ...(list && {
      async list(_session, account) {
        return (await api.list(kind, account)) ?? listingOf([]);
      },
    }),

    ...(otherKeys && {
      async otherKeys(...asked) {
        return (await api.attempt(() => otherKeys(...asked))) ?? [];
      },
    }),

    ...(lastUse && {
      async lastUse(_session, id, outputs) {
        const use = await api.use(kind, id, outputs);
        return use.known ? use.last : undefined;
      },
    }),

    ...(setActive && {
      async setActive(_session, id, _outputs, active) {
        acts.push({ what: active ? "reactivate" : "deactivate", id });
        return {};
      },
    }),

    ...(callerNeeds && {
      async callerNeeds(session, id, outputs) {
        // A run goes on with a key of the same account that it made and tried.
        if (acts.some(({ what }) => what === "create")) return false;
        const isNeeded = (await api.attempt(() => callerNeeds(session, id, outputs))) ?? false;
        if (isNeeded) acts.push({ what: "spare", id });
        return isNeeded;
      },
    }),
  };
}

/** With its account, a key is gone. */
async function readOrGone(read: () => Promise<Properties | undefined>): Promise<Properties | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** That there is no room is an outcome of the rehearsal; that nobody could find out is not. */
function noRoom(error: unknown): { readonly problem: IamKeysError } {
  if (error instanceof IamKeysError && error.code === "LIMIT_EXCEEDED") return { problem: error };
  throw error;
}
