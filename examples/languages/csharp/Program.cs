// The first run that finds the key older than `every` makes a new one. The old key keeps working for `overlap`, so that
// whatever reads the key only when it starts has that long to restart.
// Hand the outputs to what uses the key.

using System.Collections.Generic;
using Pulumi;
using IamKeys = PulumiIamKeys.IamKeys;

return await Deployment.RunAsync(() =>
{
    var config = new Config();
    var serviceAccountId = config.Require("serviceAccountId");
    var key = new IamKeys.Yandex.RotatingStaticAccessKey("uploads", new()
    {
        ServiceAccountId = serviceAccountId,
        Rotate = new IamKeys.Inputs.RotationPolicyArgs
        {
            Every = "30d",
        },
        Overlap = "7d",
    });

    return new Dictionary<string, object?>
    {
        ["accessKeyId"] = key.AccessKeyId,
        ["secretAccessKey"] = key.SecretAccessKey,
        ["rotatesAt"] = key.RotatesAt,
    };
});
