import com.pulumi.Context;
import com.pulumi.Pulumi;
import io.github.pulumi_iam_keys.iamkeys.inputs.RotationPolicyArgs;
import io.github.pulumi_iam_keys.iamkeys.yandex.RotatingStaticAccessKey;
import io.github.pulumi_iam_keys.iamkeys.yandex.RotatingStaticAccessKeyArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        var uploads = new RotatingStaticAccessKey("uploads", RotatingStaticAccessKeyArgs.builder()
            .serviceAccountId(ctx.config().require("serviceAccountId"))
            .description("uploads to Object Storage")
            .rotate(RotationPolicyArgs.builder().every("30d").build())
            .overlap("7d")
            .build());
        ctx.export("accessKeyId", uploads.accessKeyId());
        ctx.export("secretAccessKey", uploads.secretAccessKey());
    }
}
