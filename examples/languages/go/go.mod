module keys

go 1.26.6

require (
	github.com/pulumi-iam-keys/pulumi-iam-keys/sdk/go v0.1.0
	github.com/pulumi/pulumi/sdk/v3 v3.274.1
)

// The folder that the SDK is downloaded to.
replace github.com/pulumi-iam-keys/pulumi-iam-keys/sdk/go => ./sdk-go
