// The first run that finds the key older than `every` makes a new one. The old key keeps working for `overlap`, so that
// whatever reads the key only when it starts has that long to restart.
// Hand the outputs to what uses the key.

import com.pulumi.Context;
import com.pulumi.Pulumi;
import io.github.pulumi_iam_keys.iamkeys.yandex.RotatingStaticAccessKey;
import io.github.pulumi_iam_keys.iamkeys.yandex.RotatingStaticAccessKeyArgs;
import io.github.pulumi_iam_keys.iamkeys.inputs.RotationPolicyArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    public static void stack(Context ctx) {
        final var config = ctx.config();
        final var serviceAccountId = config.require("serviceAccountId");
        var key = new RotatingStaticAccessKey("uploads", RotatingStaticAccessKeyArgs.builder()
            .serviceAccountId(serviceAccountId)
            .rotate(RotationPolicyArgs.builder()
                .every("30d")
                .build())
            .overlap("7d")
            .build());

        ctx.export("accessKeyId", key.accessKeyId());
        ctx.export("secretAccessKey", key.secretAccessKey());
        ctx.export("rotatesAt", key.rotatesAt());
    }
}
