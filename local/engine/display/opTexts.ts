import type { StepOp } from "../deployment/step.ts";

/** How an operation is written: its sign, and its words before, during and after. */
export interface OpText {
  readonly sign: string;
  readonly plan: string;
  readonly doing: string;
  readonly done: string;
}

/** The words of the CLI for each operation. */
export const opTexts: Readonly<Record<StepOp, OpText>> = {
  same: { sign: "  ", plan: "", doing: "", done: "" },
  create: { sign: "+ ", plan: "create", doing: "creating", done: "created" },
  update: { sign: "~ ", plan: "update", doing: "updating", done: "updated" },
  delete: { sign: "- ", plan: "delete", doing: "deleting", done: "deleted" },
  replace: { sign: "+-", plan: "replace", doing: "replacing", done: "replaced" },
  "create-replacement": {
    sign: "++",
    plan: "create replacement",
    doing: "creating replacement",
    done: "created replacement",
  },
  "delete-replaced": {
    sign: "--",
    plan: "delete original",
    doing: "deleting original",
    done: "deleted original",
  },
  "remove-pending-replace": {
    sign: "- ",
    plan: "complete replacement",
    doing: "completing replacement",
    done: "completed replacement",
  },
  refresh: { sign: "~ ", plan: "refresh", doing: "refreshing", done: "refreshed" },
};
