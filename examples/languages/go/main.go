// The first run that finds the key older than `every` makes a new one. The old key keeps working for `overlap`, so that
// whatever reads the key only when it starts has that long to restart.
// Hand the outputs to what uses the key.

package main

import (
	"github.com/pulumi-iam-keys/pulumi-iam-keys/sdk/go/iamkeys"
	"github.com/pulumi-iam-keys/pulumi-iam-keys/sdk/go/iamkeys/yandex"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		serviceAccountId := cfg.Require("serviceAccountId")
		key, err := yandex.NewRotatingStaticAccessKey(ctx, "uploads", &yandex.RotatingStaticAccessKeyArgs{
			ServiceAccountId: pulumi.String(serviceAccountId),
			Rotate: &iamkeys.RotationPolicyArgs{
				Every: pulumi.String("30d"),
			},
			Overlap: pulumi.String("7d"),
		})
		if err != nil {
			return err
		}
		ctx.Export("accessKeyId", key.AccessKeyId)
		ctx.Export("secretAccessKey", key.SecretAccessKey)
		ctx.Export("rotatesAt", key.RotatesAt)
		return nil
	})
}
