import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";

interface Consumed {
  readonly name: string;
  readonly key: object;
}

/** Keeps in a file what each consumer was given last: whoever uses credentials has them outside the stack. */
const fileOf = ({ name }: Consumed) => path.join(process.env.MATRIX_CONSUMERS ?? "", `${name}.json`);
const take = (inputs: Consumed) => writeFileSync(fileOf(inputs), JSON.stringify(inputs.key));

/** The dynamic provider of the program's consumers. */
export const consumer = {
  diff: async (_id: string, olds: Consumed, news: Consumed) => ({
    changes: JSON.stringify(olds.key) !== JSON.stringify(news.key),
  }),
  async create(inputs: Consumed) {
    take(inputs);
    return { id: inputs.name, outs: { name: inputs.name, key: inputs.key } };
  },
  async update(_id: string, _olds: Consumed, news: Consumed) {
    take(news);
    return { outs: { name: news.name, key: news.key } };
  },
  async delete(_id: string, outputs: Consumed) {
    rmSync(fileOf(outputs), { force: true });
  },
};
