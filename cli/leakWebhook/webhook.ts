import { stacksOfProject } from "../../stack/readStack.ts";
import { type Answer, jsonAnswer } from "../http/answer.ts";
import { Refusal } from "../http/refusal.ts";
import { plain } from "../words.ts";
import { type Found, findLeaked } from "./findLeaked.ts";
import { leaksIn } from "./leakEvent.ts";
import type { WebhookOptions } from "./options.ts";
import { placeOrder } from "./placeOrder.ts";

type Settings = Pick<WebhookOptions, "stacks" | "cwd" | "command">;

/** How many events may wait for those before them. */
const MOST_WAITING = 32;
/** How many deliveries are remembered, so that one that is repeated gets its answer again. */
const MOST_REMEMBERED = 1000;

/** Takes events about keys that leaked, one after the other, and places orders to rotate them. */
export class LeakWebhook {
  readonly #settings: Settings;
  readonly #log: (line: string) => void;
  readonly #deliveries = new Map<string, Promise<Answer>>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(settings: Settings, log: (line: string) => void) {
    this.#settings = settings;
    this.#log = log;
  }

  /** The answer to an event; one with the id of another one that went well, or goes on, gets the answer to that one. */
  take(deliveryId: string, body: Buffer): Promise<Answer> {
    const known = this.#deliveries.get(deliveryId);
    if (known) return known;
    if (this.#waiting >= MOST_WAITING)
      throw new Refusal(503, "Too many events are waiting, so nothing was done. Send it later.", 30);
    this.#waiting += 1;
    const answer = this.#last
      .then(() => this.#act(body))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#last = answer.catch(() => {});
    this.#deliveries.set(deliveryId, answer);
    // What failed must be tried again.
    answer.catch(() => this.#deliveries.delete(deliveryId));
    const [oldest] = this.#deliveries.keys();
    if (this.#deliveries.size > MOST_REMEMBERED && oldest !== undefined) this.#deliveries.delete(oldest);
    return answer;
  }

  async #act(body: Buffer): Promise<Answer> {
    const leaks = leaksIn(jsonOf(body));
    const { cwd, stacks = await stacksOfProject(cwd).catch(unread) } = this.#settings;
    const { found, unknown, unseen } = await findLeaked(leaks, stacks, cwd);
    for (const why of unseen) this.#log(`not all keys were seen: ${plain(why)}`);
    const problems: string[] = [];
    for (const each of found) problems.push(...(await this.#order(each)));
    if (problems.length > 0) throw new Refusal(502, problems.join(" "));
    const isUnseen = unknown > 0 && unseen.length > 0;
    if (isUnseen)
      throw new Refusal(503, "Not all keys could be looked at: the log says why. Send it again later.", 60);
    if (found.length === 0) throw new Refusal(422, "The event is about no key of these stacks.");
    return jsonAnswer(200, { keys: found.map(told), unknown });
  }

  /** Resolves to why the order could not be placed, if so. */
  async #order(each: Found): Promise<string[]> {
    const { stack, resource, key, order, isDone } = each;
    const subject = `${stack}: key ${key.id} of ${resource}`;
    if (isDone) return this.#say(`${subject} leaked; an order has replaced it already`);
    if (order === undefined) {
      const problem = `${subject} leaked, and no order can name only this resource: rotate it by hand.`;
      this.#log(plain(problem));
      return [problem];
    }
    const what = order === "" ? "a run that deletes it" : `order ${order}`;
    this.#say(`${subject} leaked: ${what} goes to the command`);
    const failure = await placeOrder(this.#settings.command, each);
    this.#say(`${subject}: the command ${failure ?? "ended well"}`);
    return failure === undefined ? [] : [`The command that places the order for ${resource} ${failure}.`];
  }

  #say(line: string): [] {
    this.#log(plain(line));
    return [];
  }
}

function told({ stack, resource, key, order, isDone }: Found) {
  return {
    stack,
    resource,
    keyId: key.id,
    was: key.is,
    order: order ?? null,
    done: isDone ? "before" : "now",
  };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refusal(400, "The body must be JSON.");
  }
}

function unread(error: unknown): never {
  throw new Refusal(503, `The stacks of the project cannot be listed: ${plain(String(error))}`, 60);
}
