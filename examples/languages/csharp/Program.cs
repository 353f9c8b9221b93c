using System.Collections.Generic;
using Pulumi;
using PulumiIamKeys.IamKeys.Inputs;
using PulumiIamKeys.IamKeys.Yandex;

return await Deployment.RunAsync(() =>
{
    var config = new Config();
    var uploads = new RotatingStaticAccessKey("uploads", new RotatingStaticAccessKeyArgs
    {
        ServiceAccountId = config.Require("serviceAccountId"),
        Description = "uploads to Object Storage",
        Rotate = new RotationPolicyArgs { Every = "30d" },
        Overlap = "7d",
    });

    return new Dictionary<string, object?>
    {
        ["accessKeyId"] = uploads.AccessKeyId,
        ["secretAccessKey"] = uploads.SecretAccessKey,
    };
});
