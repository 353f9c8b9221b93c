import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { programs } from "../../schema/programs.ts";
import { hostFolder } from "../../tools/pulumi/pulumiTool.ts";
import { adoptionTexts } from "../scan/adoptionTexts.ts";
import { folderWithSdks, quickstartRuns } from "./support/quickstart.ts";
import { writtenByInit } from "./support/writtenByInit.ts";
import { YamlStack } from "./support/yamlStack.ts";

const run = promisify(execFile);
/** Maven asks for a class to run, even of what is not run. */
const NOT_RUN = "<exec.skip>true</exec.skip><exec.mainClass>none</exec.mainClass>";

/** The SDK and a program, of which the second takes the first from here, and not from where packages come from. */
const together = (program: string) => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tried</groupId>
  <artifactId>together</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <properties>${NOT_RUN}</properties>
  <modules><module>java</module><module>${program}</module></modules>
</project>`;

test("what init writes in Java makes a key by the SDK that the schema comes to, and no other run changes it; the examples compile", async (t) => {
  for (const tool of ["javac", "mvn"]) {
    const isThere = await run(tool, ["-version"]).then(
      () => true,
      () => false,
    );
    if (!isThere) return t.skip(`there is no ${tool}`);
  }
  const folder = await folderWithSdks(t);
  const stack = await YamlStack.create(t, () => ({}));
  const program = stack.files.folder;
  await cp(await writtenByInit(t, "java"), program, { recursive: true });
  const sdk = path.join(folder, "java/pom.xml");
  await writeFile(sdk, (await readFile(sdk, "utf8")).replace("<properties>", `<properties>${NOT_RUN}`));
  const examples = Object.values(programs()).map(({ java = "" }) => java);
  for (const [index, java] of [...examples, ...adoptionTexts("java")].entries()) {
    const example = path.join(folder, `java/src/main/java/example${index}`);
    await mkdir(example);
    await writeFile(
      path.join(example, "App.java"),
      `package example${index};\n${java.replace(/^package .*;/, "")}`,
    );
  }
  await writeFile(path.join(folder, "pom.xml"), together(path.relative(folder, program)));
  // What the host of the CLI takes for Maven.
  const maven = path.join(program, "mvnw");
  await writeFile(maven, `#!/bin/sh\nexec mvn --quiet --batch-mode --file "${folder}/pom.xml" "$@"\n`, {
    mode: 0o755,
  });
  const compiled = await run(maven, ["--no-transfer-progress", "compile"]).catch((error) => error);
  if (/Could not (transfer|find|resolve)/.test(compiled.stdout))
    return t.skip("Maven does not get to where packages come from");
  assert.ok(!(compiled instanceof Error), compiled.stdout);

  stack.files.env.PATH = [await hostFolder("java"), stack.files.env.PATH].join(path.delimiter);
  await quickstartRuns(stack);
});
