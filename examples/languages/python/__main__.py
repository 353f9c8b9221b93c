# The first run that finds the key older than `every` makes a new one. The old key keeps working for `overlap`, so that
# whatever reads the key only when it starts has that long to restart.
# Hand the outputs to what uses the key.

import pulumi
import pulumi_iam_keys as iam_keys

config = pulumi.Config()
service_account_id = config.require("serviceAccountId")
key = iam_keys.yandex.RotatingStaticAccessKey("uploads",
    service_account_id=service_account_id,
    rotate={
        "every": "30d",
    },
    overlap="7d")
pulumi.export("accessKeyId", key.access_key_id)
pulumi.export("secretAccessKey", key.secret_access_key)
pulumi.export("rotatesAt", key.rotates_at)
