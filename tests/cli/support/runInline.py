"""Runs the program of a file on the Pulumi CLI, by the Automation API: made, unchanged, gone. Prints what it gave."""

import json
import os
import runpy
import sys

from pulumi import automation

file, project, work_dir = sys.argv[1:]
stack = automation.create_or_select_stack(
    stack_name="dev",
    project_name=project,
    program=lambda: runpy.run_path(file) and None,
    opts=automation.LocalWorkspaceOptions(work_dir=work_dir),
)
for name, value in json.loads(os.environ["PROGRAM_CONFIG"]).items():
    stack.set_config(name, automation.ConfigValue(value))
stack.preview()
stack.up()
outputs = stack.up(expect_no_changes=True).outputs
stack.destroy()
print(json.dumps({name: {"value": each.value, "secret": each.secret} for name, each in outputs.items()}))
