/** Loaded before tests (`--import`): their stacks enter the lifecycle by the plugin's calls. */
import { Stack } from "../../simulation/stack.ts";
import { pluginLifecycle } from "./pluginLifecycle.ts";

Stack.load = pluginLifecycle;
