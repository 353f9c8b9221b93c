package main

import (
	"github.com/pulumi-iam-keys/pulumi-iam-keys/sdk/go/iamkeys"
	"github.com/pulumi-iam-keys/pulumi-iam-keys/sdk/go/iamkeys/yandex"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	uploads, err := yandex.NewRotatingStaticAccessKey(ctx, "uploads", &yandex.RotatingStaticAccessKeyArgs{
		ServiceAccountId: pulumi.String(config.Require(ctx, "serviceAccountId")),
		Description:      pulumi.String("uploads to Object Storage"),
		Rotate:           &iamkeys.RotationPolicyArgs{Every: pulumi.String("30d")},
		Overlap:          pulumi.String("7d"),
	})
	if err != nil {
		return err
	}
	ctx.Export("accessKeyId", uploads.AccessKeyId)
	ctx.Export("secretAccessKey", uploads.SecretAccessKey)
	return nil
}
