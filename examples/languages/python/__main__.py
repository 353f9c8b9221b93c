import pulumi
import pulumi_iam_keys as iam_keys

config = pulumi.Config()

uploads = iam_keys.yandex.RotatingStaticAccessKey(
    "uploads",
    service_account_id=config.require("serviceAccountId"),
    description="uploads to Object Storage",
    rotate={"every": "30d"},
    overlap="7d",
)

pulumi.export("accessKeyId", uploads.access_key_id)
pulumi.export("secretAccessKey", uploads.secret_access_key)
