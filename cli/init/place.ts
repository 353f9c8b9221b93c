import { existsSync } from "node:fs";
import path from "node:path";
import { BadUsage } from "../command.ts";
import type { Pipeline } from "./answers.ts";
import type { Place } from "./plan.ts";

/** No shell and no pipeline takes such a path for anything else. */
export const PLAIN_FOLDER = /^[\w.][\w.-]*([/][\w.][\w.-]*)*$/;

export interface Found extends Place {
  /** The root of the repository, in which the pipelines look for their files. */
  readonly root: string;
}

/**
 * The place of the program in that folder: below the nearest folder that git knows, or else below the folder where the
 * command runs. Throws `BadUsage`.
 */
export function placeOf(dir: string, pipeline: Pipeline): Found {
  const target = path.resolve(dir);
  const root = repositoryOf(target) ?? (isWithin(process.cwd(), target) ? process.cwd() : target);
  const folder = path.relative(root, target).split(path.sep).join("/") || ".";
  if (pipeline !== "none" && !PLAIN_FOLDER.test(folder))
    throw new BadUsage(
      `--dir must be a folder whose path in its repository has only letters, digits, '-', '_', '.' and '/', not ${JSON.stringify(folder)}: it becomes a part of the pipeline's file`,
    );
  return { root, folder, project: projectNameOf(target) };
}

function repositoryOf(folder: string): string | undefined {
  if (existsSync(path.join(folder, ".git"))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : repositoryOf(parent);
}

function isWithin(folder: string, target: string): boolean {
  const relative = path.relative(folder, target);
  return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== "..";
}

/** As `pulumi new` names a project after its folder: with a hyphen for what a name may not have. */
function projectNameOf(folder: string): string {
  const name = path
    .basename(folder)
    .replaceAll(/[^A-Za-z0-9_.-]+/g, "-")
    .slice(0, LONGEST_NAME);
  return /[A-Za-z0-9]/.test(name) ? name : "keys";
}

const LONGEST_NAME = 100;
