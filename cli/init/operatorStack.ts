import type { Plan } from "./plan.ts";
import { yamlText } from "./yamlText.ts";

export const OPERATOR_STACK = "rotate-keys.stack.yaml";

/** The Stack of the Pulumi Kubernetes Operator, with the account that its pods run as. */
export function operatorStack({ stack, folder }: Pick<Plan, "stack" | "folder">): string {
  return `# A Stack of the Pulumi Kubernetes Operator (v2), which updates it once an hour: kubectl apply -f ${OPERATOR_STACK}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: key-rotation
  namespace: key-rotation
  annotations:
    # The role that may read and write the state, and rotate the keys of AWS.
    eks.amazonaws.com/role-arn: arn:aws:iam::000000000000:role/key-rotation
---
# The operator checks with it who calls its workspaces.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: key-rotation:system:auth-delegator
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:auth-delegator
subjects:
  - kind: ServiceAccount
    name: key-rotation
    namespace: key-rotation
---
apiVersion: pulumi.com/v1
kind: Stack
metadata:
  name: rotate-keys
  namespace: key-rotation
spec:
  serviceAccountName: key-rotation
  stack: ${yamlText(stack)}
  projectRepo: https://github.com/OWNER/REPOSITORY
  branch: refs/heads/main
  repoDir: ${yamlText(folder)}
  shallow: true
  backend: s3://BUCKET?region=eu-central-1
  secretsProvider: awskms://alias/pulumi?region=eu-central-1
  # Every hour, whether the program was changed or not.
  continueResyncOnCommitMatch: true
  resyncFrequencySeconds: 3600
  # A key that was deleted elsewhere is noticed, and made anew.
  refresh: true
  # Wait for whoever else changes the stack, and never longer than until the next run.
  retryOnUpdateConflict: true
  retryMaxBackoffDurationSeconds: 3600
  # The keys outlive this object.
  destroyOnFinalize: false
  envRefs:
    YC_FEDERATED_SERVICE_ACCOUNT_ID:
      type: Literal
      literal:
        value: ajeabc1d2e3f4g5h6i7j
    YC_OIDC_TOKEN_FILE:
      type: Literal
      literal:
        value: /var/run/secrets/key-rotation/token
    PULUMI_SKIP_UPDATE_CHECK:
      type: Literal
      literal:
        value: "true"
  workspaceTemplate:
    spec:
      image: pulumi/pulumi:3-nonroot
      securityProfile: restricted
      podTemplate:
        spec:
          containers:
            - name: pulumi
              volumeMounts:
                - name: token
                  mountPath: /var/run/secrets/key-rotation
                  readOnly: true
          volumes:
            # Yandex Cloud takes it in place of a key; the kubelet renews it.
            - name: token
              projected:
                sources:
                  - serviceAccountToken:
                      path: token
                      audience: https://yandex.cloud/key-rotation
                      expirationSeconds: 3600
`;
}
